from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from processors.lifecycle.message import STATUSES, Message, MessageEvent

EVENTS = st.builds(
    MessageEvent,
    message_sid=st.just("SM1"),
    status=st.sampled_from(sorted(STATUSES)),
    time=st.integers(1, 50),
    error_code=st.sampled_from([0, 30003, 30007]),
    account_sid=st.sampled_from(["", "AC1"]),
    service_sid=st.sampled_from(["", "MG1", "MG2"]),
    channel=st.sampled_from(["sms", "whatsapp"]),
    country=st.sampled_from(["", "US"]),
)


def joined(events: list[MessageEvent]) -> Message:
    message = Message("SM1")
    for event in events:
        message.merge(event)
    return message


def event(status: str, time: int, error_code: int = 0) -> MessageEvent:
    return MessageEvent("SM1", status, time, error_code, "AC1", "MG1", "sms", "US")


@given(st.lists(EVENTS, min_size=1, max_size=5))
def test_every_order_gives_the_same_state(events: list[MessageEvent]) -> None:
    expected = joined(events)
    assert all(joined(list(order)) == expected for order in permutations(events))


@given(st.lists(EVENTS, min_size=1), st.data())
def test_repetition_changes_nothing(events: list[MessageEvent], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(events)))
    assert joined([*events, *again]) == joined(events)


def test_a_late_sent_does_not_undo_delivered() -> None:
    message = joined([event("delivered", 9_000), event("sent", 4_000), event("queued", 3_000)])
    assert message.outcome == "delivered"
    assert (message.sent_at, message.finished_at, message.latency_ms) == (4_000, 9_000, 5_000)


def test_the_latest_of_two_terminal_statuses_counts() -> None:
    message = joined([event("failed", 5_000, 30007), event("delivered", 4_000)])
    assert (message.outcome, message.error_class, message.latency_ms) == (
        "failed",
        "filtered",
        None,
    )


def test_a_tie_is_decided_by_rank() -> None:
    assert joined([event("failed", 5), event("delivered", 5)]).outcome == "failed"


def test_read_means_delivered_even_after_a_failure() -> None:
    message = joined([event("sent", 1_000), event("failed", 8_000, 30008), event("read", 6_000)])
    assert (message.outcome, message.finished_at, message.error_class) == ("delivered", 6_000, "")


def test_a_message_that_is_only_queued_is_in_no_window() -> None:
    message = joined([event("queued", 7)])
    assert (message.outcome, message.window_time, message.anchor) == ("unknown", 0, 7)


def test_without_a_sent_event_the_end_picks_the_window() -> None:
    assert joined([event("queued", 7), event("failed", 90, 30006)]).window_time == 90
