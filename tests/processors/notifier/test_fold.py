"""The notifier's promises, by a fake clock: who is told what, when, in which order, how often."""

import msgspec
import pytest

from pipeline.items.alert import State
from pipeline.topics import ALERT_DELIVERIES
from processors.notifier.config import Config
from processors.notifier.message import SENT, Answer
from processors.runtime.fold import SourceRecord
from tests.processors.notifier.stage import (
    HOUR,
    MINUTE,
    SECOND,
    START,
    Reply,
    Stage,
    acknowledgement,
    alert,
    config_of,
    notice,
    silence,
)

LATER = Answer(end="later", reason="HTTP 503", may_have_arrived=True)
NOT_REACHED = Answer(end="later", reason="can't connect")
REFUSED = Answer(end="refused", reason="HTTP 400")
LATE = "a later transition replaces it"
UNTOLD = "it was over before it could be told"


def down(*channels: str, answer: Answer = NOT_REACHED) -> Reply:
    return lambda channel, _: answer if channel in channels else SENT


def test_every_transition_goes_to_every_channel_in_order() -> None:
    stage = Stage(config_of("a", "b"))
    stage.hear(alert())
    stage.hear(alert("updated", 2))
    stage.hear(alert("resolved", 3))
    for channel in ("a", "b"):
        assert [got[1:] for got in stage.got if got[0] == channel] == [
            ("firing", "i1"),
            ("updated", "i1"),
            ("resolved", "i1"),
        ]
        assert [(t, s) for t, s, _ in stage.states(channel)] == [
            (transition, state)
            for transition in ("firing", "updated", "resolved")
            for state in ("pending", "sent")
        ]


def test_what_is_told_again_after_a_crash_is_not_sent_again() -> None:
    stage = Stage(config_of("a"))
    stage.hear(alert(), alert("updated", 2))
    stage.hear(alert(), alert("updated", 2))
    assert [got[1] for got in stage.got] == ["updated"]  # in one record the newest says it all
    stage.hear(notice(1))
    stage.hear(notice(1))
    assert [got[1] for got in stage.got] == ["updated", "notice"]


def test_nothing_is_sent_before_the_row_and_its_delivery_is_told_as_pending() -> None:
    stage = Stage(config_of("a"), reply=lambda *_: None)
    stage.hear(alert())
    assert [(t.state, t.attempts) for t in stage.told] == [("pending", 0)]
    assert len(stage.held) == 1
    assert stage.rows
    (delivery,) = stage.told
    assert (delivery.id, delivery.dedup_key, delivery.at) == ("i1/1/a", "i1", START)


def test_a_channel_that_is_down_holds_no_other_and_gets_its_messages_when_it_is_back() -> None:
    stage = Stage(config_of("a", "b"), reply=down("a"))
    for number in range(20):
        stage.hear(alert(name=f"i{number}"))
    assert [got[0] for got in stage.got] == ["b"] * 20
    assert stage.watch.pending == {"a": 20}
    assert stage.watch.oldest_at == START
    stage.wait(10 * SECOND)
    stage.reply = down()
    stage.wait(5 * MINUTE)
    assert sorted(got[2] for got in stage.got if got[0] == "a") == sorted(
        f"i{number}" for number in range(20)
    )
    assert stage.watch.pending == {}
    assert stage.watch.oldest_at == 0


def test_no_more_than_four_attempts_are_under_way_on_one_channel() -> None:
    stage = Stage(config_of("a"), reply=lambda *_: None)
    stage.hear(*[alert(name=f"i{number}") for number in range(10)])
    assert len(stage.held) == 4
    for left in (4, 4, 4, 4, 4, 4, 3, 2, 1, 0):
        stage.answer(SENT)
        assert len(stage.held) == left


def test_waits_grow_and_what_the_receiver_asks_for_counts() -> None:
    stage = Stage(config_of("a"), reply=down("a"))
    stage.hear(alert())
    waits = [told.next_at - told.at for told in stage.told if told.attempts]
    assert 1 * SECOND <= waits[0] <= 2 * SECOND
    stage.wait(waits[0])
    waits = [told.next_at - told.at for told in stage.told if told.attempts]
    assert 2 * SECOND <= waits[1] <= 4 * SECOND
    stage.reply = lambda *_: Answer(end="later", reason="HTTP 429", retry_after_s=77)
    stage.wait(waits[1])
    assert stage.told[-1].next_at - stage.told[-1].at == 77 * SECOND


def test_it_is_given_up_after_so_many_attempts_and_the_resolve_is_not_sent() -> None:
    stage = Stage(config_of("a"), reply=down("a"))
    stage.hear(alert())
    stage.wait(HOUR)
    assert stage.told[-1].state == "failed"
    assert (stage.told[-1].attempts, stage.told[-1].reason) == (5, "can't connect")
    stage.reply = down()
    stage.hear(alert("resolved", 2))
    assert stage.got == []
    assert stage.states("a")[-1] == ("resolved", "suppressed", UNTOLD)


def test_it_is_given_up_when_it_is_too_old() -> None:
    slow = Answer(end="later", reason="HTTP 429", retry_after_s=1800)
    stage = Stage(config_of("a"), reply=lambda *_: slow)
    stage.hear(alert())
    stage.wait(3 * HOUR)
    assert (stage.told[-1].state, stage.told[-1].attempts) == ("failed", 3)


def test_what_is_refused_is_not_tried_again_and_the_next_transition_is() -> None:
    stage = Stage(config_of("a"), reply=lambda *_: REFUSED)
    stage.hear(alert())
    stage.wait(HOUR)
    assert stage.states("a") == [("firing", "pending", ""), ("firing", "failed", "HTTP 400")]
    stage.reply = down()
    stage.hear(alert("updated", 2))
    stage.hear(alert("resolved", 3))
    assert [got[1] for got in stage.got] == ["updated", "resolved"]


def test_what_was_never_told_and_is_over_is_not_told() -> None:
    stage = Stage(config_of("a"), reply=down("a"))
    stage.hear(alert())
    stage.hear(alert("resolved", 2))
    stage.reply = down()
    stage.wait(HOUR)
    assert stage.got == []
    assert ("firing", "suppressed", LATE) in stage.states("a")
    assert stage.states("a")[-1] == ("resolved", "suppressed", UNTOLD)


def test_what_may_have_been_told_is_resolved() -> None:
    stage = Stage(config_of("a"), reply=down("a", answer=LATER))
    stage.hear(alert())
    stage.hear(alert("resolved", 2))
    stage.reply = down()
    stage.wait(HOUR)
    assert [got[1] for got in stage.got] == ["resolved"]


def test_a_resolve_does_not_overtake_what_is_under_way() -> None:
    stage = Stage(config_of("a"), reply=lambda *_: None)
    stage.hear(alert())
    stage.hear(alert("updated", 2))
    stage.hear(alert("resolved", 3))
    assert len(stage.held) == 1
    stage.reply = down()
    stage.answer(SENT)
    assert [got[1] for got in stage.got] == ["firing", "resolved"]
    assert ("updated", "suppressed", LATE) in stage.states("a")


def test_a_message_that_queued_too_long_gives_way_to_a_newer_one() -> None:
    stage = Stage(config_of("a"), reply=lambda *_: None)
    stage.hear(alert())
    (deed,) = stage.held
    assert stage.fold.stands(deed)
    stage.hear(alert("resolved", 2))
    assert not stage.fold.stands(deed)
    stage.held.clear()
    stage.reply = down()
    stage.perform(deed)
    stage.wait(0)
    assert stage.got == []  # it was never sent, so neither is the end


def test_after_a_crash_it_is_sent_again_under_the_same_key() -> None:
    stage = Stage(config_of("a"), reply=lambda *_: None)
    stage.hear(alert())
    first = stage.held[0].what.message
    stage.begin()
    stage.reply = down()
    stage.wait(0)
    assert stage.got == [("a", "firing", "i1")]
    assert (stage.messages[0].id, stage.messages[0].key) == (first.id, first.key)
    assert stage.told[-1].attempts == 2
    stage.begin()
    stage.wait(HOUR)
    assert len(stage.got) == 1


def test_after_a_crash_in_which_it_ended_the_end_is_told() -> None:
    stage = Stage(config_of("a"), reply=lambda *_: None)
    stage.hear(alert())
    stage.begin()
    stage.reply = down()
    stage.hear(alert("resolved", 2))
    assert [got[1] for got in stage.got] == ["resolved"]
    assert ("firing", "suppressed", LATE) in stage.states("a")


def test_a_silence_holds_what_matches_and_its_end_lets_go_of_what_lasts() -> None:
    stage = Stage(config_of("a"))
    stage.hear(silence(30, {"country": "DE"}))
    stage.hear(alert(name="de"), alert(name="us", slice={"account_sid": "AC1", "country": "US"}))
    stage.hear(alert(name="over"))
    assert [got[2] for got in stage.got] == ["us"]
    held = [told for told in stage.told if told.state == "suppressed"]
    assert [(told.reason, told.next_at) for told in held] == [
        ("silence s1", START + 30 * MINUTE)
    ] * 2
    stage.wait(10 * MINUTE)
    stage.hear(alert("resolved", 2, name="over"))
    assert stage.states("a")[-1] == ("resolved", "suppressed", UNTOLD)
    stage.wait(20 * MINUTE)
    assert [got[2] for got in stage.got] == ["us", "de"]
    assert stage.watch.oldest_at == 0


def test_a_silence_that_is_ended_early_lets_go_at_once() -> None:
    stage = Stage(config_of("a"))
    stage.hear(silence(30))
    stage.hear(alert())
    stage.wait(MINUTE)
    stage.hear(silence(0.5))
    assert [got[2] for got in stage.got] == ["i1"]


def test_the_end_of_what_was_told_is_told_in_a_silence_too() -> None:
    stage = Stage(config_of("a"))
    stage.hear(alert())
    stage.hear(silence(30))
    stage.hear(alert("updated", 2))
    stage.hear(alert("resolved", 3))
    assert [got[1] for got in stage.got] == ["firing", "resolved"]


def test_tickets_wait_for_the_end_of_quiet_hours_and_pages_do_not() -> None:
    hours = {"from": "10:00", "to": "12:00", "time_zone": "Europe/Berlin"}  # 08:00 to 10:00 UTC
    stage = Stage(config_of("a", quiet_hours=hours))
    stage.hear(alert(name="page"), alert(name="ticket", severity="ticket"))
    assert [got[2] for got in stage.got] == ["page"]
    ends = 1_760_004_000_000
    assert stage.told[-1].next_at == ends or stage.told[-2].next_at == ends
    stage.wait(ends - START - 1)
    assert len(stage.got) == 1
    stage.wait(1)
    assert [got[2] for got in stage.got] == ["page", "ticket"]


def test_a_ticket_that_becomes_a_page_waits_no_longer() -> None:
    stage = Stage(config_of("a", quiet_hours={"from": "00:00", "to": "00:00"}))
    stage.hear(alert(severity="ticket"))
    assert stage.got == []
    stage.hear(alert("updated", 2, severity="page"))
    assert [got[1] for got in stage.got] == ["updated"]


def test_maintenance_holds_and_a_changed_configuration_lets_go() -> None:
    stage = Stage(config_of("a"))
    window = {"from": "2025-10-09T08:00:00Z", "until": "2025-10-09T12:00:00Z"}
    quiet = msgspec.convert({**msgspec.to_builtins(stage.config), "maintenance": [window]}, Config)
    stage.config, told = quiet, stage.config
    stage.hear(alert())
    assert stage.states("a")[-1] == ("firing", "suppressed", "maintenance")
    stage.config = told
    stage.wait(MINUTE)
    assert [got[1] for got in stage.got] == ["firing"]


def test_notices_of_one_kind_are_told_together() -> None:
    stage = Stage(config_of("a"))
    stage.hear(notice(1, count=3))
    stage.wait(MINUTE)
    stage.hear(notice(2, count=4))
    stage.hear(notice(3, count=5), notice(9, code=30034))
    assert [message.about.id for message in stage.messages] == ["notice:1", "notice:9"]
    stage.wait(4 * MINUTE)
    last = stage.messages[-1].about
    assert (last.id, getattr(last, "count", 0)) == ("notice:3", 9)
    assert stage.messages[-1].key == "notice:2"
    assert stage.told[-1].alert_id == "notice:3"
    assert len(stage.messages) == 3


def test_what_no_route_takes_goes_to_the_log() -> None:
    stage = Stage(config_of("a", severity="page"))
    stage.hear(alert(severity="ticket"))
    assert [got[0] for got in stage.got] == ["log"]


def test_who_was_told_hears_of_the_end_though_routes_have_changed() -> None:
    stage = Stage(config_of("a"))
    stage.hear(alert())
    stage.config = config_of("a", "b", where={"country": "FR"})
    stage.hear(alert("resolved", 2))
    assert stage.got == [("a", "firing", "i1"), ("a", "resolved", "i1")]


def test_what_a_channel_gave_it_gets_back() -> None:
    stage = Stage(config_of("a"), reply=lambda *_: Answer(end="sent", reference="C1:17.5"))
    stage.hear(alert())
    stage.hear(alert("updated", 2))
    assert [message.reference for message in stage.messages] == ["", "C1:17.5"]


def test_a_repeating_channel_hears_of_it_until_it_is_over() -> None:
    stage = Stage(config_of("a"))
    manager = {"type": "alertmanager", "name": "a", "url": "http://127.0.0.1:1", "resend_s": 60}
    stage.config = msgspec.convert({"channels": [manager], "routes": [{"channels": ["a"]}]}, Config)
    stage.hear(alert())
    stage.wait(3 * MINUTE)
    assert [got[1] for got in stage.got] == ["firing"] * 4
    assert len(stage.told) == 2  # repeats need no account
    stage.hear(alert("resolved", 2))
    stage.wait(10 * MINUTE)
    assert [got[1] for got in stage.got] == ["firing"] * 4 + ["resolved"]


def test_it_forgets_what_is_over_and_told() -> None:
    stage = Stage(config_of("a"))
    stage.hear(alert(), alert(name="lasts"))
    stage.hear(alert("resolved", 2), silence(1))
    stage.wait(25 * HOUR)
    stage.hear(acknowledgement("nobody"))
    assert stage.fold.size() == 2  # the lasting incident and its thread
    stage.begin()
    assert stage.fold.size() == 2


def test_of_a_backlog_only_what_still_holds_is_told() -> None:
    stage = Stage(config_of("a"))
    stage.now += 5 * HOUR
    for item in (alert(), alert(name="lasts"), alert("resolved", 2)):
        stage.hear(item, at=START)
    assert stage.got == []
    stage.fold.advance(stage.now)
    stage.wait(0)
    assert stage.got == [("a", "firing", "lasts")]


def test_elements_of_others_are_passed_over() -> None:
    stage = Stage(config_of("a"))
    stage.fold.apply(SourceRecord(0, START, b'[{"type":"something"},7]'))
    stage.hear(alert())
    assert len(stage.got) == 1


def test_deliveries_are_announced_by_incident() -> None:
    stage = Stage(config_of("a"))
    stage.state.apply(SourceRecord(0, START, b"[" + msgspec.json.encode(alert()) + b"]"))
    flush = stage.state.flush()
    assert flush is not None
    assert [(item.topic, item.key) for item in flush.announcements] == [(ALERT_DELIVERIES, "i1")]


@pytest.mark.parametrize("state", ["updated", "resolved"])
def test_messages_carry_the_alert_as_it_is(state: State) -> None:
    stage = Stage(config_of("a"))
    stage.hear(alert())
    stage.hear(alert(state, 2))
    assert stage.messages[-1].about == alert(state, 2)
