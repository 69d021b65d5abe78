"""Who looks after an incident is told to those who can take it, and nothing needless afterwards."""

import msgspec

from processors.notifier.config import Config
from processors.notifier.message import SENT, Answer
from tests.processors.notifier.stage import (
    HOUR,
    Stage,
    acknowledgement,
    alert,
    config_of,
    silence,
)

NOT_REACHED = Answer(end="later", reason="can't connect")


def test_an_acknowledged_incident_is_told_again_only_when_it_gets_worse_or_ends() -> None:
    stage = Stage(config_of("a"))
    stage.hear(alert(severity="ticket"))
    stage.hear(acknowledgement())
    stage.hear(alert("updated", 2, severity="ticket"))
    stage.hear(alert("updated", 3, severity="page"))
    stage.hear(alert("updated", 4, severity="page"))
    stage.hear(alert("resolved", 5))
    assert [got[1] for got in stage.got] == ["firing", "updated", "resolved"]
    assert stage.states("a").count(("updated", "suppressed", "acknowledged")) == 2


def with_pager() -> Config:
    pager = {"type": "pagerduty", "name": "p"}
    channels = [pager, {"type": "log", "name": "a"}]
    routes = [{"channels": ["a", "p"]}]
    return msgspec.convert({"channels": channels, "routes": routes}, Config)


def test_who_can_is_told_that_somebody_looks_after_it() -> None:
    stage = Stage(with_pager())
    stage.hear(alert())
    stage.hear(silence(60))
    stage.hear(acknowledgement())
    stage.hear(acknowledgement(), alert("resolved", 2))
    assert [got[1] for got in stage.got if got[0] == "p"] == ["firing", "acknowledged", "resolved"]
    assert [got[1] for got in stage.got if got[0] == "a"] == ["firing", "resolved"]


def test_who_is_being_told_of_it_hears_afterwards_that_it_is_looked_after() -> None:
    stage = Stage(with_pager(), reply=lambda *_: None)
    stage.hear(alert())
    stage.hear(acknowledgement())
    stage.reply = lambda *_: SENT
    stage.begin()
    stage.work()
    stage.hear(alert("updated", 2))
    assert [got[1] for got in stage.got if got[0] == "p"] == ["firing", "acknowledged"]
    assert [got[1] for got in stage.got if got[0] == "a"] == ["firing"]


def test_what_says_nothing_new_does_not_push_the_acknowledgement_aside() -> None:
    stage = Stage(with_pager())
    stage.hear(alert())
    stage.reply = lambda channel, _: NOT_REACHED if channel == "p" else SENT
    stage.hear(acknowledgement())
    stage.hear(alert("updated", 2))
    stage.reply = lambda *_: SENT
    stage.wait(HOUR)
    assert [got[1] for got in stage.got if got[0] == "p"] == ["firing", "acknowledged"]
