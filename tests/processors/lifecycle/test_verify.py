"""Verifications as a funnel, and what of it time decides."""

import msgspec
import pytest

from pipeline.items.funnel_cell import FunnelCell
from processors.lifecycle.fold import LifecycleFold
from tests.processors.lifecycle.stage import (
    HORIZON,
    MINUTE,
    RULES,
    START,
    Counting,
    attempt,
    event,
    funnel,
    new_fold,
    new_state,
    record,
    verification,
    windows,
)

LIFETIME = RULES.lifetime_ms


def only(fold: LifecycleFold, offset: int = 0) -> FunnelCell:
    (cell,) = [cell for cell in funnel(fold.items(offset)) if cell.started]
    return cell


def test_the_funnel_of_one_verification() -> None:
    fold = new_fold("verify")
    fold.apply(record(0, verification(1, "pending", 100, 100), attempt(2, "sent", 200)))
    cell = only(fold)
    assert (cell.started, cell.pending, cell.attempts, cell.delivered) == (1, 1, 1, 0)
    assert (cell.channel, cell.service_sid, cell.country) == ("sms", "VA1", "US")
    fold.apply(record(1, attempt(2, "delivered", 2_000), verification(1, "approved", 8_100, 100)))
    cell = only(fold, 1)
    assert (cell.pending, cell.approved, cell.delivered, cell.repeated) == (0, 1, 1, 0)
    assert (cell.window_start, cell.approve_counts, cell.version) == (START // 1000, [1], 1)
    (window,) = [window for window in windows(fold.items(1)) if window.sent]
    assert (window.product, window.delivered, window.service_sid) == ("verify", 1, "VA1")


def test_repeated_attempts_count_by_the_channel_of_the_first() -> None:
    fold = new_fold("verify")
    events = [verification(1, "pending", 0, 0), attempt(3, "sent", 9_000), attempt(2, "sent", 200)]
    fold.apply(record(0, *events))
    cell = only(fold)
    assert (cell.channel, cell.attempts, cell.repeated) == ("sms", 2, 1)


@pytest.mark.parametrize(
    ("spelling", "state"),
    [
        ("canceled", "canceled"),
        ("expired", "expired"),
        ("max_attempts_reached", "max_attempts"),
        ("max-attempts-reached", "max_attempts"),
    ],
)
def test_ends_that_twilio_tells(spelling: str, state: str) -> None:
    fold = new_fold("verify")
    fold.apply(record(0, verification(1, "pending", 0, 0), verification(1, spelling, 9_000, 0)))
    assert getattr(only(fold), state) == 1


def test_the_short_names_are_the_same_events() -> None:
    fold = new_fold("verify")
    data = {"verification_sid": "VE1", "attempt_sid": "VL1", "channel": "sms", "to": "+1555010"}
    fold.apply(record(0, event("com.twilio.verify.verification.pending", 0, data)))
    fold.apply(record(1, event("com.twilio.verify.message.sent", 0, data)))
    assert (only(fold, 1).attempts, windows(fold.items(1))[0].sent) == (1, 1)


def test_a_lifetime_passes_in_event_time() -> None:
    fold = new_fold("verify")
    fold.apply(record(0, verification(1, "pending", 0, 0)))
    fold.apply(record(1, received=LIFETIME))
    assert only(fold, 1).expired == 0
    fold.apply(record(2, received=LIFETIME + 1_000))
    assert only(fold, 2).expired == 1


def test_a_lifetime_passes_when_it_is_quiet_and_an_approval_still_stands() -> None:
    state = new_state(new_fold("verify"))
    state.apply(record(0, verification(1, "pending", 0, 0)))
    flushes = [state.flush()]
    state.fold.advance(START + LIFETIME + 1_000)
    flushes.append(state.flush())
    rows = [flush.row for flush in flushes if flush]
    assert [cell.expired for flush in flushes if flush for cell in funnel(flush.items)] == [0, 1]
    again = new_fold("verify")
    for row in rows:
        again.restore(row.body)
    again.apply(record(1, verification(1, "approved", 9_000, 0), received=LIFETIME))
    assert (only(again, 1).approved, only(again, 1).expired) == (1, 0)


def test_a_verification_beyond_the_horizon_is_late() -> None:
    watch = Counting()
    fold = new_fold("verify", watch)
    fold.apply(record(0, verification(1, "pending", 0, 0)))
    fold.encode(())
    approved = verification(1, "approved", 2 * HORIZON, 0)  # its start tells how old it is
    fold.apply(record(1, approved, received=2 * HORIZON))
    assert funnel(fold.items(1)) == []
    assert watch.counts["late"] == 1


def test_a_hostile_number_of_attempts_is_bounded() -> None:
    fold = new_fold("verify")
    attempts = [{"time": "", "channel": "x", "attempt_sid": f"VL{n}"} for n in range(1_000)]
    sent = {"count": 10**9, "attempts": attempts}
    fold.apply(record(0, verification(1, "pending", 0, 0, send_code_attempts=sent)))
    assert only(fold).attempts == 16
    assert len(fold.encode(())[0]) < 1_000


def test_what_has_an_odd_type_is_read_as_absent() -> None:
    fold = new_fold("verify")
    odd: dict[str, object] = {
        "to": 7,
        "country": None,
        "mcc": [],
        "tags": "x",
        "send_code_attempts": [],
        "channel": 0,
    }
    fold.apply(
        record(0, verification(1, "pending", MINUTE, 0, **odd), attempt(2, "sent", 1, 0, **odd))
    )
    cell = only(fold)
    assert (cell.started, cell.country, cell.attempts) == (1, "", 1)


def test_both_ways_of_reading_agree() -> None:
    usual = [
        verification(1, "pending", 0, 0),
        attempt(2, "sent", 10, mcc="310", mnc="260", tags={"a": "b"}, has_fallback=True),
        attempt(2, "undelivered", 20, 30003),
        verification(1, "approved", 900, 0),
    ]
    text = [
        msgspec.json.encode({**(decoded := msgspec.json.decode(each)), "data": encoded(decoded)})
        for each in usual
    ]
    quick, patient = new_fold("verify"), new_fold("verify")
    quick.apply(record(0, *usual))
    patient.apply(record(0, *text))
    assert list(quick.items(0)) == list(patient.items(0))
    assert list(quick.announcements()) == list(patient.announcements())


def encoded(decoded: dict[str, object]) -> str:
    """Data as a JSON text, which the quick way does not read."""
    return msgspec.json.encode(decoded["data"]).decode()
