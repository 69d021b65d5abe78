from __future__ import annotations

import numpy as np
import pytest

from pipeline.items.alert import Alert
from pipeline.items.window_cell import WindowCell
from processors.alerts.cells import CONVERSION
from processors.alerts.config import Config, Expected, Rule, Where
from processors.alerts.core import Core
from processors.alerts.settings import Tuning
from tests.processors.alerts.feed import COUNTRIES
from tests.processors.alerts.feed import Feed as CountryFeed
from tests.processors.alerts.test_cells import START, cell, funnel
from tests.processors.alerts.town import MONDAY

CONFIG = Config(
    tuning=Tuning(false_tickets_a_month=0.3),
    expected=(Expected(where=Where(country="BR"), failure_rate=0.05),),
    rules=(Rule(name="half", below=0.5, minutes=10, at_least=50, where=Where(country="BR")),),
)


class Feed:
    """Upserts of a country with 20 messages a minute; a third of outcomes comes a minute late."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.failing = 0.05
        self._before: WindowCell | None = None

    def minute(self, minute: int) -> list[WindowCell]:
        sent = int(self.rng.poisson(20))
        late = int(self.rng.binomial(sent, 0.3))
        failed = int(self.rng.binomial(sent, self.failing))
        now = min(failed, sent - late)
        start = {"window_start": minute * 60}
        cells = [
            cell(2 * minute, sent - late - now, 0, late, **start),
            cell(2 * minute, 0, now, 0, error_class="transient", codes={30003: now}, **start),
        ]
        before, self._before = self._before, cell(2 * minute + 3, sent - failed, 0, 0, **start)
        rest = cell(
            2 * minute + 3, 0, failed, 0, error_class="transient", codes={30003: failed}, **start
        )
        self._rest, rest = rest, getattr(self, "_rest", rest)
        return cells if before is None else [*cells, before, rest]


def play(core: Core, feed: Feed, first: int, minutes: int, repeat: int = 1) -> list[Alert]:
    told: list[Alert] = []
    for minute in range(first, first + minutes):
        for each in feed.minute(minute) * repeat:
            list(core.cell(each, minute * 60))
        told += core.advance((minute + 1) * 60)
    return told


def outage(repeat: int = 1) -> list[Alert]:
    core, feed = Core(CONFIG, MONDAY * 60), Feed(3)
    told = play(core, feed, MONDAY, 180, repeat)
    assert told == []
    feed.failing = 0.7
    for minute in range(MONDAY + 180, MONDAY + 220):
        told += play(core, feed, minute, 1, repeat)
    feed.failing = 0.05
    return told + play(core, feed, MONDAY + 220, 60, repeat)


@pytest.fixture(scope="module")
def told() -> list[Alert]:
    return outage()


def test_an_outage_is_told_explained_and_ended(told: list[Alert]) -> None:
    mine = [alert for alert in told if alert.kind == "failures"]
    first, last = mine[0], mine[-1]
    assert (first.state, first.severity, last.state) == ("firing", "page", "resolved")
    assert first.at - (MONDAY + 180) * 60 <= 180
    assert abs(first.started_at - (MONDAY + 180) * 60) <= 120
    assert last.resolved_at == last.at
    assert last.at - (MONDAY + 220) * 60 <= 600
    assert first.usual_rate == pytest.approx(0.05, abs=0.02)
    assert first.rate_low < first.rate < first.rate_high
    assert first.affected >= 5
    assert first.evidence > first.threshold
    assert [code.code for code in first.codes] == [30003]
    assert first.likely == "provider"  # all there is is affected
    assert "product = 'messaging'" in first.sql
    assert {alert.id for alert in mine} == {first.id}
    assert [alert.transition for alert in mine] == list(range(1, len(mine) + 1))


def test_a_static_rule_is_told_beside_it(told: list[Alert]) -> None:
    rule = [alert for alert in told if alert.kind == "rule"]
    assert [alert.state for alert in rule] == ["firing", "resolved"]
    assert rule[0].reason == "half"
    assert rule[0].slice == {"country": "BR"}


def test_repeats_change_nothing(told: list[Alert]) -> None:
    assert outage(repeat=2) == told


@pytest.mark.parametrize("seed", range(6))
def test_the_first_hour_of_an_installation(seed: int) -> None:
    core, feed = Core(Config(), MONDAY * 60), CountryFeed(seed, dict.fromkeys(COUNTRIES, 0.2))
    for minute in range(MONDAY + 7, MONDAY + 40):  # not at an hour's beginning
        if minute == MONDAY + 7:
            core.begin(minute * 60)
        for each in feed.minute(minute):
            list(core.cell(each, minute * 60))
        assert list(core.advance((minute + 1) * 60)) == []
    feed.failing["DE"] = 0.9
    told: list[Alert] = []
    for minute in range(MONDAY + 40, MONDAY + 55):
        for each in feed.minute(minute):
            list(core.cell(each, minute * 60))
        told += core.advance((minute + 1) * 60)
    page = next(alert for alert in told if alert.severity == "page")
    assert page.slice["country"] == "DE"
    assert page.usual_rate == pytest.approx(0.2, abs=0.05)
    assert page.at <= (MONDAY + 45) * 60


def test_cells_of_the_funnel_reach_the_rules() -> None:
    rule = Rule(name="otp", below=0.9, minutes=10, at_least=5, where=Where(product=CONVERSION))
    core = Core(Config(rules=(rule,)), START)
    list(core.cell(funnel(2, approved=6, expired=0, pending=4), START))
    assert list(core.advance(START + 11 * 60)) == []
    (alert,) = core.advance(START + 13 * 60)
    assert (alert.state, alert.kind, alert.messages) == ("firing", "rule", 10)
