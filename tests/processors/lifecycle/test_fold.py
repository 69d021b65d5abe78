"""The fold against a batch computation: any order, repetition, cut into records, and restart."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.items.window_cell import WindowCell
from pipeline.records import join
from processors.lifecycle.cell import Contribution, contribution_of
from processors.lifecycle.fold import LifecycleFold
from processors.lifecycle.message import Message
from processors.lifecycle.reading import read_record
from processors.runtime.fold import Item, SourceRecord
from processors.runtime.partition import PartitionState
from processors.runtime.row import StateRow, decode_row

START = 1_760_000_000_000
MINUTE = 60_000
HORIZON = 60 * MINUTE
STATUSES = ["queued", "sent", "delivered", "undelivered", "failed", "canceled", "read"]
Place = tuple[int, str, str, str, str, str]


def raw(sid: int, status: str, at: int, code: int = 0) -> bytes:
    """One event as Twilio sends it; ``at`` in ms after START."""
    data = {
        "messageSid": f"SM{sid}",
        "accountSid": f"AC{sid % 2}",
        "messageStatus": status.upper(),
        "to": "+15550100002" if sid % 3 else "whatsapp:+4915112345678",
    }
    optional = {"messagingServiceSid": "MG1"} if sid % 2 else {}
    error = {"errorCode": code} if code else {}
    return msgspec.json.encode(
        {
            "id": f"EZ{sid}-{status}-{at}-{code}",
            "type": f"com.twilio.messaging.message.{status}",
            "time": datetime.fromtimestamp((START + at) / 1000, UTC).isoformat(),
            "data": {**data, **optional, **error},
        }
    )


def new_fold(seen: Counter[str] | None = None) -> LifecycleFold:
    counts = Counter[str]() if seen is None else seen
    return LifecycleFold(
        "twilio.messaging", 3, HORIZON, lambda reason, events: counts.update({reason: events})
    )


def record(offset: int, *elements: bytes, received: int = 0) -> SourceRecord:
    return SourceRecord(offset, START + received, join(elements))


def place(cell: WindowCell) -> Place:
    return (
        cell.window_start,
        cell.account_sid,
        cell.channel,
        cell.service_sid,
        cell.country,
        cell.error_class,
    )


def emitted(fold: LifecycleFold, offset: int = 0) -> dict[Place, WindowCell]:
    return cells_of(fold.items(offset))


def cells_of(items: Iterable[Item]) -> dict[Place, WindowCell]:
    cells = [msgspec.json.decode(item.value, type=WindowCell) for item in items]
    return {place(cell): cell for cell in cells}


def expected(elements: list[bytes]) -> dict[Place, Counter[str]]:
    """Count every message once, the simple way: join all its events, then place it."""
    messages: dict[str, Message] = {}
    for event in read_record(join(elements), START).events:
        messages.setdefault(event.message_sid, Message(event.message_sid)).merge(event)
    cells: dict[Place, Counter[str]] = {}
    for message in messages.values():
        if contribution := contribution_of(message):
            cells.setdefault(placed(contribution), Counter())[message.outcome] += 1
    return cells


def placed(contribution: Contribution) -> Place:
    key = contribution.key
    return (
        key.start // 1000,
        key.account_sid,
        key.channel,
        key.service_sid,
        key.country,
        key.error_class,
    )


def outcomes(cell: WindowCell) -> Counter[str]:
    names = ("delivered", "undelivered", "failed", "canceled", "unknown")
    return Counter({name: number for name in names if (number := getattr(cell, name))})


EVENTS = st.builds(
    raw,
    st.integers(0, 4),
    st.sampled_from(STATUSES),
    st.integers(0, 4 * MINUTE),
    st.sampled_from([0, 30003, 30007]),
)


@given(st.lists(EVENTS, min_size=1, max_size=12), st.data())
def test_windows_equal_the_batch_result(elements: list[bytes], data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.sampled_from(elements), max_size=5))
    order = data.draw(st.permutations([*elements, *repeated]))
    latest: dict[Place, WindowCell] = {}
    rows: list[StateRow] = []
    state = PartitionState("twilio.messaging", 3, new_fold(), 1)
    offset = 0
    while order:
        size = data.draw(st.integers(1, len(order)))
        state.apply(record(offset, *order[:size]))
        order = order[size:]
        offset += 1
        if data.draw(st.booleans()) or not order:
            flush = state.flush()
            assert flush is not None
            latest.update(cells_of(flush.items))
            rows.append(decode_row(flush.row_value))
        flushed = rows and rows[-1].last_offset == state.fence.last
        if flushed and data.draw(st.booleans()):
            state = PartitionState("twilio.messaging", 3, new_fold(), 1)
            state.restore(rows)
    found = {spot: outcomes(cell) for spot, cell in latest.items() if cell.sent}
    assert found == expected(elements)
    for cell in latest.values():
        assert cell.sent == sum(outcomes(cell).values())


def test_an_outcome_moves_the_message_within_its_window() -> None:
    fold = new_fold()
    fold.apply(record(0, raw(1, "sent", 5_000)))
    (cell,) = emitted(fold).values()
    assert (cell.sent, cell.unknown, cell.delivered) == (1, 1, 0)
    fold.encode(())
    fold.apply(record(1, raw(1, "delivered", 125_000)))
    (cell,) = emitted(fold, 1).values()
    assert (cell.sent, cell.unknown, cell.delivered, cell.version) == (1, 0, 1, 1)
    assert cell.window_start == (START + 5_000) // MINUTE * 60
    assert cell.latency_counts == [1]
    assert cell.source_partition == 3


def test_a_failure_moves_it_to_the_cell_of_its_error_class() -> None:
    fold = new_fold()
    fold.apply(record(0, raw(1, "sent", 0), raw(1, "failed", 900, 30007)))
    cells = emitted(fold)
    by_class = {cell.error_class: (cell.sent, cell.failed) for cell in cells.values()}
    assert by_class == {"": (0, 0), "filtered": (1, 1)}


def test_events_behind_the_horizon_are_counted_and_change_nothing() -> None:
    seen = Counter[str]()
    fold = new_fold(seen)
    fold.apply(record(0, raw(1, "sent", 0)))
    fold.apply(record(1, raw(2, "sent", 2 * HORIZON), received=2 * HORIZON))
    before = emitted(fold, 1)
    fold.encode(())
    fold.expire()
    fold.apply(record(2, raw(1, "sent", 0), raw(3, "delivered", 1_000), received=2 * HORIZON))
    assert emitted(fold, 2) == {}
    assert seen == Counter(folded=4, late=2)
    assert len(before) == 2
    assert fold.size() == 2  # message 2 and its cell


def test_the_events_own_time_can_not_age_the_state() -> None:
    fold = new_fold()
    fold.apply(record(0, raw(1, "sent", 0), raw(2, "sent", 1000 * HORIZON)))
    fold.expire()
    fold.apply(record(1, raw(1, "delivered", 2_000)))
    assert sum(cell.delivered for cell in emitted(fold).values()) == 1


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"{}", "not_an_array"),
        (b"\xff", "not_an_array"),
        (b'[{"id": 1}]', "not_an_event"),
        (b'[{"id":"EZ1","type":"com.twilio.messaging.inbound-message.received"}]', "not_a_message"),
    ],
)
def test_what_is_no_message_event_is_counted(value: bytes, reason: str) -> None:
    seen = Counter[str]()
    fold = new_fold(seen)
    fold.apply(SourceRecord(0, START, value))
    assert [name for name in seen if name.startswith(reason) and seen[name] == 1]
    assert fold.size() == 0
