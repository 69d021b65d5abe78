"""What is announced, when, and how often."""

import pytest

from processors.lifecycle.fold import LifecycleFold
from tests.processors.lifecycle.stage import (
    MINUTE,
    SILENCE,
    START,
    Counting,
    attempt,
    call,
    message,
    new_fold,
    new_state,
    outcomes,
    record,
    told,
    verification,
)


def test_a_failure_is_told_once_with_what_acting_on_it_needs() -> None:
    watch = Counting()
    fold = new_fold(watch=watch)
    fold.apply(record(0, message(1, "sent", 5)))
    failed = message(1, "failed", 900, 30007, tags={"user_ref": "u-1"})
    fold.apply(record(1, failed, failed))
    (outcome,) = outcomes(fold.announcements())
    fold.encode(())
    assert (outcome.id, outcome.kind) == ("messaging:SM1:failed", "failed")
    assert (outcome.account_sid, outcome.service_sid, outcome.channel) == ("AC1", "MG1", "sms")
    assert (outcome.error_code, outcome.error_class) == (30007, "filtered")
    assert (outcome.to, outcome.tags) == ("+15550100002", {"user_ref": "u-1"})
    assert (outcome.sent_at, outcome.decided_at) == (START + 5, START + 900)
    assert outcome.verification_started_at == 0
    assert (outcome.source_topic, outcome.source_partition, outcome.source_offset) == (
        "twilio.messaging",
        3,
        1,
    )
    fold.apply(record(2, failed))
    assert told(fold) == []
    assert watch.counts["messaging failed"] == 1


def test_silence_is_told_after_the_deadline_and_taken_back() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0)))
    fold.apply(record(1, received=SILENCE))
    assert told(fold) == []
    fold.apply(record(2, received=SILENCE + 2_000))
    assert told(fold) == [("silent", "SM1")]
    fold.apply(record(3, message(1, "delivered", SILENCE + 3_000), received=SILENCE + 4_000))
    assert told(fold) == [("recovered", "SM1")]
    fold.apply(record(4, message(1, "read", SILENCE + 4_000), received=SILENCE + 5_000))
    assert told(fold) == []


def test_the_wall_clock_passes_deadlines_too() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0)))
    fold.encode(())
    fold.advance(START + SILENCE - 1_000)
    assert not fold.changed()
    fold.advance(START + SILENCE + 2_000)
    assert set(fold.changed()) == {"SM1"}
    assert told(fold) == [("silent", "SM1")]
    fold.advance(START + 9 * SILENCE)
    assert not fold.changed()


def test_what_was_held_up_on_its_way_is_not_called_silent_at_once() -> None:
    fold = new_fold()
    late = 30 * MINUTE
    fold.apply(record(0, message(1, "sent", 0), received=late))
    fold.apply(record(1, message(1, "delivered", 900), received=late + 2_000))
    fold.apply(record(2, received=late + 2 * SILENCE))
    assert told(fold) == []


def test_each_channel_has_its_deadline() -> None:
    fold = new_fold()
    fold.apply(record(0, message(3, "sent", 0), message(1, "sent", 0)))
    fold.apply(record(1, received=SILENCE + 2_000))
    assert told(fold) == [("silent", "SM1")]
    fold.apply(record(2, received=2 * SILENCE + 2_000))
    assert told(fold) == [("silent", "SM3")]


def test_attempts_have_deadlines_of_their_own() -> None:
    fold = new_fold("verify")
    fold.apply(record(0, attempt(2, "sent", 0), attempt(3, "sent", 0)))
    fold.apply(record(1, received=MINUTE + 2_000))
    assert told(fold) == [("silent", "VL2")]
    fold.apply(record(2, received=2 * MINUTE + 2_000))
    assert told(fold) == [("silent", "VL3")]


def test_it_is_told_when_the_news_came_in() -> None:
    fold = new_fold()
    failed = message(1, "failed", 900, 30003)
    fold.apply(record(0, failed, received=MINUTE))
    fold.apply(record(1, failed, message(1, "sent", 0), received=2 * MINUTE))
    fold.apply(record(2, message(2, "failed", 5, 30003), received=2 * MINUTE))
    fold.apply(record(3, message(2, "failed", 9, 30007), received=3 * MINUTE))
    heard = {each.subject_sid: each.received_at for each in outcomes(fold.announcements())}
    assert heard == {"SM1": START + MINUTE, "SM2": START + 3 * MINUTE}


def test_of_silence_it_is_told_up_to_when_nothing_had_come() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0)))
    fold.advance(START + SILENCE + 7_000)
    (outcome,) = outcomes(fold.announcements())
    assert (outcome.decided_at, outcome.received_at) == (START + SILENCE, START + SILENCE + 7_000)


def test_channels_without_receipts_are_never_silent() -> None:
    fold = new_fold("verify")
    fold.apply(record(0, attempt(1, "sent", 0, channel="EMAIL")))
    fold.apply(record(1, received=10 * SILENCE))
    assert told(fold) == []


def test_failed_and_delivered_within_one_flush_is_not_told() -> None:
    fold = new_fold()
    events = [message(1, "sent", 0), message(1, "failed", 5, 30008), message(1, "delivered", 9)]
    fold.apply(record(0, *events))
    assert told(fold) == []


def test_silent_then_failed_are_two_kinds() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0)))
    fold.advance(START + SILENCE + 2_000)
    assert told(fold) == [("silent", "SM1")]
    fold.apply(record(1, message(1, "undelivered", SILENCE, 30003)))
    assert told(fold) == [("undelivered", "SM1")]


def test_what_was_canceled_is_nobodys_grief() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "canceled", 0)))
    assert told(fold) == []


def test_an_attempt_names_its_verification_and_twilios_own_fallback() -> None:
    fold = new_fold("verify")
    fold.apply(record(0, verification(1, "pending", 0, 0), attempt(2, "sent", 100)))
    fold.apply(record(1, attempt(2, "undelivered", 900, 30003, has_fallback=True)))
    (item,) = fold.announcements()
    (outcome,) = outcomes([item])
    assert (outcome.subject_sid, outcome.verification_sid, item.key) == ("VL2", "VE1", "VE1")
    assert (outcome.verification_status, outcome.has_fallback) == ("pending", True)
    assert (outcome.product, outcome.error_class) == ("verify", "transient")
    assert outcome.verification_started_at == START


STARTED = verification(1, "pending", 0, 0)
UNDELIVERED = attempt(2, "undelivered", 900, 30003)
ENDS = {
    "approved": "approved",
    "canceled": "canceled",
    "expired": "expired",
    "max-attempts-reached": "max_attempts_reached",
}


@pytest.mark.parametrize("spelling", ENDS)
def test_how_a_verification_ends_of_which_something_was_told(spelling: str) -> None:
    fold = new_fold("verify")
    fold.apply(record(0, STARTED, UNDELIVERED))
    assert told(fold) == [("undelivered", "VL2")]
    end = verification(1, spelling, MINUTE, 0)
    fold.apply(record(1, end, received=2 * MINUTE))
    (item,) = fold.announcements()
    (outcome,) = outcomes([item])
    fold.encode(())
    status = ENDS[spelling]
    assert (outcome.kind, outcome.subject_sid, item.key) == ("ended", "VE1", "VE1")
    assert (outcome.id, outcome.verification_status) == (f"verify:VE1:ended:{status}", status)
    assert (outcome.decided_at, outcome.received_at) == (START + MINUTE, START + 2 * MINUTE)
    assert (outcome.error_code, outcome.error_class, outcome.to) == (0, "", "")
    assert (outcome.service_sid, outcome.channel, outcome.country) == ("VA1", "sms", "US")
    fold.apply(record(2, end, received=3 * MINUTE))
    assert told(fold) == []


def test_an_end_that_came_first_is_told_behind_the_outcome() -> None:
    fold = new_fold("verify")
    approved = verification(1, "approved", MINUTE, 0)
    fold.apply(record(0, STARTED, attempt(2, "sent", 100), approved))
    assert told(fold) == []
    fold.apply(record(1, UNDELIVERED, received=2 * MINUTE))
    outcome, ended = outcomes(fold.announcements())
    assert (outcome.kind, outcome.verification_status) == ("undelivered", "approved")
    assert (ended.kind, ended.verification_status) == ("ended", "approved")
    assert (ended.decided_at, ended.received_at) == (START + MINUTE, START + 2 * MINUTE)
    fold = restarted(fold, "verify")
    fold.apply(record(2, approved, attempt(3, "failed", 900, 30003)))
    assert told(fold) == [("failed", "VL3")]


def test_an_end_is_told_of_no_verification_without_grief() -> None:
    fold = new_fold("verify")
    fold.apply(record(0, STARTED, attempt(2, "delivered", 100)))
    fold.apply(record(1, verification(1, "approved", MINUTE, 0)))
    assert told(fold) == []


def test_an_end_by_the_clock_and_what_twilio_tells_later() -> None:
    fold = new_fold("verify")
    fold.apply(record(0, STARTED, UNDELIVERED))
    assert told(fold) == [("undelivered", "VL2")]
    fold.advance(START + 11 * MINUTE)
    (expired,) = outcomes(fold.announcements())
    assert (expired.kind, expired.verification_status) == ("ended", "expired")
    assert (expired.decided_at, expired.received_at) == (START + 10 * MINUTE, START + 11 * MINUTE)
    fold = restarted(fold, "verify")
    late = 12 * MINUTE
    fold.apply(record(1, verification(1, "expired", 10 * MINUTE, 0), received=late))
    assert told(fold) == []
    fold.apply(record(2, verification(1, "approved", 9 * MINUTE, 0), received=late))
    (approved,) = outcomes(fold.announcements())
    assert approved.id == "verify:VE1:ended:approved"
    fold = restarted(fold, "verify")
    fold.apply(record(3, verification(1, "approved", 9 * MINUTE, 0), received=late))
    assert told(fold) == []


@pytest.mark.parametrize(
    ("status", "kind", "error_class"),
    [("busy", "undelivered", "busy"), ("no-answer", "undelivered", "no_answer")],
)
def test_why_a_call_did_not_get_through(status: str, kind: str, error_class: str) -> None:
    fold = new_fold("voice")
    fold.apply(record(0, call(1, "completed", 0, status)))
    (outcome,) = outcomes(fold.announcements())
    assert (outcome.kind, outcome.error_code, outcome.error_class) == (kind, 0, error_class)


def restarted(fold: LifecycleFold, product: str = "messaging") -> LifecycleFold:
    again = new_fold(product)
    again.restore(fold.encode(())[0])
    return again


def test_a_restart_neither_forgets_nor_repeats_what_was_told() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0), message(3, "failed", 0, 30003)))
    assert [each.subject_sid for each in outcomes(fold.announcements())] == ["SM3"]
    fold = restarted(fold)
    assert told(fold) == []
    fold.apply(record(1, message(3, "failed", 0, 30003)))
    fold.advance(START + SILENCE + 2_000)
    assert told(fold) == [("silent", "SM1")]


def test_a_restart_marks_nothing_as_changed_that_was_told() -> None:
    fold = new_fold()
    fold.apply(record(0, message(1, "sent", 0)))
    rows = [fold.encode(())[0]]
    fold.advance(START + SILENCE + 2_000)
    assert len(outcomes(fold.announcements())) == 1
    again = new_fold()
    for row in (*rows, fold.encode(())[0]):
        again.restore(row)
    again.advance(START + 2 * SILENCE)
    assert not again.changed()


def test_announcements_and_the_memory_of_them_are_in_one_row() -> None:
    state = new_state(new_fold())
    state.apply(record(0, message(1, "failed", 0, 30003)))
    flush = state.flush()
    assert flush is not None
    again = new_state(new_fold())
    again.restore([flush.row])
    assert again.unsaid == flush.announcements
    assert [each.id for each in outcomes(again.unsaid)] == ["messaging:SM1:failed"]
    assert again.flush() is None
