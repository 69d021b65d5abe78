"""What becomes of a static rule's incident when the rules change."""

from processors.alerts.cells import CONVERSION
from processors.alerts.config import Config, Rule, Where
from processors.alerts.core import Core
from processors.alerts.rules import Rules
from tests.processors.alerts.test_cells import START, funnel

OTP = Rule(name="otp", below=0.9, minutes=10, at_least=5, where=Where(product=CONVERSION))


def firing() -> bytes:
    """The state of the rules while the only one has an incident open."""
    core = Core(Config(rules=(OTP,)), START)
    list(core.cell(funnel(2, approved=6, expired=0, pending=4), START))
    (alert,) = core.advance(START + 13 * 60)
    assert alert.state == "firing"
    return core.page("rules")


def restored(state: bytes, *rules: Rule) -> Rules:
    found = Rules(rules, Core(Config(), START).detector)
    found.restore(state)
    return found


def test_the_incident_of_a_rule_that_was_removed_ends_once() -> None:
    rules = restored(restored(firing()).encode())
    (transition,) = rules.judge()
    assert (transition.state, transition.reason) == ("resolved", "the rule was removed")
    assert transition.incident.id.startswith("rule:otp:")
    assert transition.incident.resolved == START // 60
    assert list(rules.judge()) == []
    assert list(restored(rules.encode()).judge()) == []


def test_the_incident_of_a_rule_that_stays_goes_on() -> None:
    assert list(restored(firing(), OTP).judge()) == []
