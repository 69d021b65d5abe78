"""Calls: answered is delivered, and what comes in is nothing anybody sent."""

from pipeline.items.window_cell import WindowCell
from processors.lifecycle.fold import LifecycleFold
from tests.processors.lifecycle.stage import (
    MINUTE,
    START,
    Counting,
    call,
    event,
    iso,
    new_fold,
    record,
    windows,
)

SUMMARY = "com.twilio.voice.insights.call-summary.complete"


def only(fold: LifecycleFold, offset: int = 0) -> WindowCell:
    (cell,) = [cell for cell in windows(fold.items(offset)) if cell.sent]
    return cell


def summary(state: str, at: int, **more: object) -> bytes:
    data = {"call_sid": "CA1", "account_sid": "AC1", "call_state": state, **more}
    parties = {"to": {"callee": "+4915112345678"}, "from": {"caller": "+18885550100"}}
    return event(SUMMARY, at, {**data, **parties})


def test_a_call_from_ringing_to_its_end() -> None:
    fold = new_fold("voice")
    fold.apply(record(0, call(1, "initiated", 0, "initiated"), call(1, "ringing", 900, "ringing")))
    assert (only(fold).unknown, only(fold).channel) == (1, "voice")
    fold.apply(record(1, call(1, "answered", 6_000, "in-progress")))
    ended = call(1, "completed", 66_000, "completed", CallDuration="60")
    fold.apply(record(2, ended))
    cell = only(fold, 2)
    assert (cell.delivered, cell.window_start, cell.country) == (1, START // 1000, "US")
    assert cell.latency_counts == [1]


def test_an_end_alone_counts_in_the_window_in_which_it_was_answered() -> None:
    fold = new_fold("voice")
    fold.apply(record(0, call(1, "completed", 2 * MINUTE, "completed", CallDuration="90")))
    cell = only(fold)
    assert (cell.delivered, cell.window_start, cell.latency_counts) == (1, START // 1000, [])


def test_why_a_call_failed_is_its_error_class() -> None:
    fold = new_fold("voice")
    events = [
        call(1, "completed", 0, "busy"),
        call(2, "completed", 0, "no-answer"),
        call(3, "completed", 0, "failed", ErrorCode="13224"),
        call(4, "completed", 0, "canceled"),
    ]
    fold.apply(record(0, *events))
    found = windows(fold.items(0))
    cells = {cell.error_class: (cell.undelivered, cell.failed, cell.canceled) for cell in found}
    assert cells == {"busy": (1, 0, 0), "no_answer": (1, 0, 0), "other": (0, 1, 0), "": (0, 0, 1)}
    assert [cell.codes for cell in found if cell.codes] == [{13224: 1}]  # those of Twilio alone


def test_an_end_that_does_not_say_how_says_nothing() -> None:
    watch = Counting()
    fold = new_fold("voice", watch)
    fold.apply(record(0, call(1, "completed", 0)))
    assert windows(fold.items(0)) == []
    assert watch.types == {"com.twilio.voice.status-callback.call.completed": 1}


def test_a_call_that_came_in_is_not_counted() -> None:
    watch = Counting()
    fold = new_fold("voice", watch)
    fold.apply(record(0, call(1, "completed", 0, "completed", Direction="inbound")))
    properties = {"direction": "inbound"}
    fold.apply(record(1, summary("completed", 0, properties=properties)))
    assert windows(fold.items(1)) == []
    assert watch.types.total() == 2


def test_a_summary_tells_the_call() -> None:
    fold = new_fold("voice")
    times = {"start_time": iso(0), "end_time": iso(75_000), "duration": 75}
    fold.apply(record(0, summary("completed", 76_000, connect_duration=70, **times)))
    cell = only(fold)
    assert (cell.delivered, cell.window_start) == (1, START // 1000)
    assert cell.latency_counts == [1]  # it rang for 5 s
    assert (cell.country, cell.sender_type) == ("DE", "toll_free")


def test_a_summary_and_callbacks_are_one_call() -> None:
    fold = new_fold("voice")
    times = {"start_time": iso(0), "end_time": iso(9_000), "duration": "7"}
    fold.apply(record(0, summary("noanswer", 9_700, **times), call(1, "ringing", 500, "ringing")))
    (cell,) = [cell for cell in windows(fold.items(0)) if cell.sent]
    assert (cell.sent, cell.undelivered, cell.error_class) == (1, 1, "no_answer")


def test_odd_durations_are_none() -> None:
    fold = new_fold("voice")
    fold.apply(
        record(0, summary("completed", 0, duration=True), summary("completed", 0, duration=-4))
    )
    assert only(fold).delivered == 1
