"""What becomes of messages: windows, lateness, and what is counted beside them."""

from typing import cast

import pytest
from msgspec.structs import replace

from pipeline.topics import RAW, WINDOWS
from processors.lifecycle.fold import LifecycleFold
from processors.lifecycle.messages.reading import read_messages
from processors.lifecycle.outcomes import Source
from processors.lifecycle.placement import Placement
from processors.lifecycle.reading import Reading
from processors.lifecycle.receipt import Receipt
from processors.runtime.fold import SourceRecord
from tests.processors.lifecycle.stage import (
    HORIZON,
    RULES,
    START,
    Counting,
    event,
    message,
    new_fold,
    record,
    windows,
)


def test_an_outcome_moves_the_message_within_its_window() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 5_000)))
    (cell,) = windows(fold.items(0))
    assert (cell.sent, cell.unknown, cell.delivered) == (1, 1, 0)
    fold.encode(())
    fold.apply(record(1, message(1, "delivered", 125_000)))
    (cell,) = windows(fold.items(1))
    assert (cell.sent, cell.unknown, cell.delivered, cell.version) == (1, 0, 1, 1)
    assert cell.window_start == START // 1000
    assert cell.latency_counts == [1]
    assert (cell.product, cell.sender_type, cell.source_partition) == ("messaging", "long_code", 3)


def test_the_network_is_told_by_the_receipt() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0)))
    fold.apply(record(1, message(1, "delivered", 900, mcc="310", mnc="260")))
    cells = {cell.carrier: (cell.sent, cell.delivered) for cell in windows(fold.items(1))}
    assert cells == {"": (0, 0), "310260": (1, 1)}


def test_reading_is_counted_beside_delivery() -> None:
    fold = new_fold()
    events = [message(3, "read", 9_000), message(3, "sent", 0), message(3, "delivered", 900)]
    fold.apply(record(0, *events, message(6, "sent", 0), message(6, "delivered", 10)))
    cells = [cell for cell in windows(fold.items(0)) if cell.sent]
    assert [(cell.channel, cell.delivered, cell.read) for cell in cells if cell.read] == [
        ("whatsapp", 1, 1)
    ]
    assert sum(cell.delivered for cell in cells) == 2


def test_a_failure_moves_it_to_the_cell_of_its_error_class() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0), message(1, "failed", 900, 30007)))
    by_class = {cell.error_class: (cell.sent, cell.failed) for cell in windows(fold.items(0))}
    assert by_class == {"filtered": (1, 1)}  # none of it ever counted elsewhere


def test_a_cell_counts_its_error_codes() -> None:
    fold = new_fold()
    sent = [message(sid, "sent", 0) for sid in (1, 7, 13, 19)]
    ends = [message(1, "failed", 9, 30007), message(7, "undelivered", 9, 30007)]
    others = [message(13, "canceled", 9, 30007), message(19, "failed", 9, 21610)]
    fold.apply(record(0, *sent, *ends, *others))
    codes = {cell.error_class: cell.codes for cell in windows(fold.items(0))}
    assert codes == {"filtered": {30007: 2}, "opt_out": {21610: 1}}


def test_events_behind_the_horizon_are_counted_and_change_nothing() -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    fold.apply(record(0, message(1, "sent", 0)))
    fold.apply(record(1, message(2, "sent", 2 * HORIZON), received=2 * HORIZON))
    assert len(windows(fold.items(1))) == 2
    fold.encode(())
    fold.expire()
    late = [message(1, "sent", 0), message(3, "failed", 1_000)]
    fold.apply(record(2, *late, received=2 * HORIZON))
    assert windows(fold.items(2)) == []
    assert watch.counts == {"folded": 4, "late": 2}
    assert fold.size() == 2  # message 2 and its cell


@pytest.mark.parametrize("status", ["delivered", "undelivered", "read"])
@pytest.mark.parametrize("swept", [True, False])
def test_a_receipt_beyond_the_horizon_does_not_start_its_message_anew(
    status: str, swept: bool
) -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    fold.apply(record(0, message(1, "sent", 0)))
    fold.encode(())
    fold.apply(record(1, received=2 * HORIZON))
    if swept:
        fold.expire()
    fold.apply(record(2, message(1, status, 2 * HORIZON - 5), received=2 * HORIZON))
    assert windows(fold.items(2)) == []
    fold.apply(record(3, received=4 * HORIZON))
    fold.expire()
    assert fold.size() == 0
    assert watch.counts["late"] == 1


def test_a_receipt_that_overtook_its_sending_is_placed_when_that_comes() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "delivered", 60_000)))
    assert windows(fold.items(0)) == []
    fold.apply(record(1, message(1, "sent", 1_000)))
    (cell,) = windows(fold.items(1))
    assert (cell.window_start, cell.delivered, cell.sent) == (START // 1000, 1, 1)


def test_receipts_alone_count_where_nothing_else_is_asked_for() -> None:
    fold = new_fold(rules=replace(RULES, needs_sent=False))
    fold.apply(record(0, message(1, "delivered", 60_000)))
    (cell,) = windows(fold.items(0))
    assert (cell.window_start, cell.delivered, cell.latency_counts) == (START // 1000 + 60, 1, [])


def test_the_events_own_time_can_not_age_the_state() -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    ahead = [message(2, "sent", 1000 * HORIZON), message(3, "sent", HORIZON // 2)]
    fold.apply(record(0, message(1, "sent", 0), *ahead))
    fold.expire()
    fold.apply(record(1, message(1, "delivered", 2_000)))
    cells = windows(fold.items(1))
    assert sum(cell.delivered for cell in cells) == 1
    assert sum(cell.sent for cell in cells) == 2
    assert (watch.counts["future"], watch.counts["late"]) == (2, 0)


def test_repeated_and_contradictory_events_are_noted() -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    sent, delivered = message(1, "sent", 0), message(1, "delivered", 900)
    fold.apply(record(0, sent, delivered, sent, delivered))
    assert watch.counts["duplicate"] == 2
    failed = message(1, "failed", 1_900, 30008)
    fold.apply(record(1, failed, failed))
    assert (watch.counts["contradiction"], watch.counts["duplicate"]) == (1, 3)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"{}", "not_an_array"),
        (b"\xff", "not_an_array"),
        (b'[{"id": 1}]', "not_an_event"),
    ],
)
def test_what_is_no_event_is_counted(value: bytes, reason: str) -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    fold.apply(SourceRecord(0, START, value))
    assert watch.counts[reason] == 1
    assert fold.size() == 0


def test_messages_that_came_in_are_counted_by_type_alone() -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    kind = "com.twilio.messaging.inbound-message.received"
    value = b'[{"id":"EZ1","type":"%s","data":{"messageSid":"SM9"}}]' % kind.encode()
    fold.apply(SourceRecord(0, START, value))
    assert watch.types == {kind: 1}
    assert fold.size() == 0


def test_an_unusual_event_leaves_its_neighbours_alone() -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    unusual = message(3, "sent", 0).replace(b'"data":{', b'"data":{"mnc":5,')
    clicked = event("com.twilio.messaging.link.clicked", 0, {})
    fold.apply(record(0, message(1, "sent", 0), unusual, clicked, b"5", message(5, "sent", 0)))
    assert sum(cell.sent for cell in windows(fold.items(0))) == 3
    assert watch.counts == {"folded": 3, "not_an_event": 1}
    assert watch.types == {"com.twilio.messaging.link.clicked": 1}


def test_what_was_folded_before_a_failure_is_part_of_the_state() -> None:
    def read(value: bytes, received_at: int) -> Reading:
        reading = read_messages(value, received_at)
        return Reading([*reading.receipts, cast("Receipt", None)])

    source, placement = Source("messaging", RAW["messaging"], 3), Placement(needs_sent=True)
    fold = LifecycleFold(source, read, placement, RULES, Counting())
    with pytest.raises(AttributeError):
        fold.apply(record(0, message(1, "sent", 0)))
    (cell,) = windows(fold.items(0))
    assert (cell.sent, fold.changed()) == (1, {"SM1"})


def test_absurd_sids_are_not_kept() -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    fold.apply(record(0, message(1, "sent", 0, messageSid="SM" + "9" * 1_000)))
    assert (fold.size(), watch.counts["oversized"]) == (0, 1)


def test_items_go_to_their_account() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0)))
    assert [(item.topic, item.key) for item in fold.items(0)] == [(WINDOWS, "AC1")]
