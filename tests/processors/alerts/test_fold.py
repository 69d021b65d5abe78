from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.items.alert import Alert, AlertItem, Notice
from pipeline.topics import ALERTS, WINDOWS
from processors.alerts.config import Config, NoticeRule, Rule, Where
from processors.alerts.fold import AlertsFold, Setup
from processors.alerts.reading import reader_of
from processors.alerts.settings import Tuning
from processors.runtime.fold import SourceRecord
from processors.runtime.partition import PartitionState
from processors.runtime.segments import Found, read_rows
from tests.processors.alerts.feed import Feed, value_of
from tests.processors.alerts.town import MONDAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.items.window_cell import WindowCell
    from processors.runtime.partition import Flush

LAG_S = 5
CONFIG = Config(
    tuning=Tuning(false_tickets_a_month=0.3, max_leaves=3),
    rules=(Rule(name="half", below=0.5, minutes=5, at_least=30, where=Where(country="DE")),),
    notices=(NoticeRule(name="place", codes=(30034,), every_minutes=10),),
)


class Listener:
    """Keeps what a fold tells of its work."""

    def __init__(self) -> None:
        self.items: list[Alert | Notice] = []
        self.left: dict[str, int] = {}
        self.slices = 0

    def told(self, item: Alert | Notice) -> None:
        self.items.append(item)

    def ignored(self, reason: str, cells: int) -> None:
        self.left[reason] = self.left.get(reason, 0) + cells

    def judged(self, source: str, until_s: int, slices: int, evicted: int) -> None:
        assert (source, until_s % 60, evicted >= 0) == (WINDOWS, 0, True)
        self.slices = slices


def new_fold(
    watch: Listener | None = None, *, began_s: float = MONDAY * 60, history_s: int = 0
) -> AlertsFold:
    setup = Setup(CONFIG, LAG_S, history_s, lambda: began_s, watch or Listener())
    return AlertsFold(WINDOWS, reader_of(WINDOWS), setup)


class Run:
    """A partition with its changelog; what is announced is kept once by id and transition."""

    def __init__(self, fold: AlertsFold | None = None) -> None:
        self.state = PartitionState(WINDOWS, 0, fold or new_fold(), 1)
        self.state.restore([])
        self._generation = 1
        self._changelog: dict[bytes, bytes] = {}
        self.told: dict[tuple[str, int], AlertItem] = {}
        self.written = 0

    def feed(self, cells: list[WindowCell], at_s: float) -> None:
        offset = self.state.fence.last + 1
        self.state.apply(SourceRecord(offset, int(at_s * 1000), value_of(cells)))

    def flush(self) -> Flush | None:
        flush = self.state.flush()
        if flush is not None:
            assert flush.items == []
            self.written += sum(len(value) for _, value in flush.records)
            self._changelog.update(flush.records)
            for key in flush.obsolete:
                del self._changelog[key]
            self._hear(flush)
        return flush

    def _hear(self, flush: Flush) -> None:
        for item in flush.announcements:
            told = msgspec.json.decode(item.value, type=AlertItem)
            assert item.topic == ALERTS
            assert isinstance(told, Alert | Notice)
            key = (told.id, told.transition if isinstance(told, Alert) else 0)
            assert self.told.setdefault(key, told) == told

    def restart(self) -> None:
        self._generation += 1
        self.state = PartitionState(WINDOWS, 0, new_fold(), self._generation)
        found = read_rows(self._changelog.items()).get((WINDOWS, 0), Found())
        self.state.restore(found.rows)


def story(feed: Feed) -> Iterator[tuple[float, list[WindowCell]]]:
    """Two hours, then an outage of a country for half an hour with new codes; records, in time."""
    for minute in range(MONDAY, MONDAY + 190):
        outage = MONDAY + 130 <= minute < MONDAY + 160
        feed.failing["DE"] = 0.8 if outage else 0.05
        feed.code = 30034 if outage else 30003
        cells = feed.minute(minute)
        for part in range(3):
            yield minute * 60 + 20 * part + 10, cells[part::3]


def play(run: Run, cuts: list[int], restarts: list[int]) -> list[AlertItem]:
    for number, (at_s, cells) in enumerate(story(Feed(5))):
        run.feed(cells, at_s)
        if number in cuts or number in restarts:
            run.flush()
        if number in restarts:
            run.restart()
    run.flush()
    return list(run.told.values())


@pytest.fixture(scope="module")
def uncut() -> list[AlertItem]:
    return play(Run(), [], [])


def test_an_outage_is_told_with_codes_a_rule_and_a_notice(uncut: list[AlertItem]) -> None:
    alerts = [each for each in uncut if isinstance(each, Alert)]
    (page, *_, ended) = [each for each in alerts if each.kind == "failures"]
    assert (page.state, page.severity, page.slice["country"]) == ("firing", "page", "DE")
    assert (MONDAY + 130) * 60 < page.at <= (MONDAY + 135) * 60
    assert page.codes[0].code == 30034
    assert page.likely == "configuration"
    assert (ended.state, ended.at > (MONDAY + 160) * 60) == ("resolved", True)
    assert [each.state for each in alerts if each.kind == "rule"] == ["firing", "resolved"]
    notices = [each for each in uncut if isinstance(each, Notice)]
    assert [each.at // 60 - MONDAY for each in notices] == [130, 140, 150, 160]  # late ones
    assert notices[1].count > 50


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_any_cut_into_flushes_and_restarts_tells_the_same(
    uncut: list[AlertItem], data: st.DataObject
) -> None:
    places = st.lists(st.integers(0, 3 * 190 - 1), max_size=12, unique=True)
    near = st.lists(st.integers(3 * 128, 3 * 165), max_size=8, unique=True)
    run = Run()
    assert play(run, data.draw(places), data.draw(places) + data.draw(near)) == uncut


def test_restarts_at_every_minute_tell_the_same_and_rows_stay_small(
    uncut: list[AlertItem],
) -> None:
    run = Run()
    assert play(run, [], list(range(0, 3 * 190, 3))) == uncut
    assert run.written / 190 < 8_000  # bytes a minute, of 3 slices and the 25 over them


def test_traffic_that_stops_for_good_is_judged_by_the_clock() -> None:
    run, feed = Run(), Feed(5, a_minute=60)
    for minute in range(MONDAY, MONDAY + 60):
        run.feed(feed.minute(minute), minute * 60 + 30)
    feed.failing["DE"] = 0.9
    run.feed(feed.minute(MONDAY + 60), (MONDAY + 60) * 60 + 59)
    run.flush()
    assert run.told == {}
    run.state.fold.advance((MONDAY + 61) * 60_000 + 4_000)
    assert run.flush() is None or not run.told
    run.state.fold.advance((MONDAY + 61) * 60_000 + 5_000)
    run.flush()
    assert [each.state for each in run.told.values() if isinstance(each, Alert)] == ["firing"]
    assert run.flush() is None


def test_a_newcomer_is_silent_about_what_is_over_but_not_about_what_goes_on() -> None:
    over = Run(new_fold(began_s=(MONDAY + 190) * 60))
    assert play(over, [], []) == []
    amid = Run(new_fold(began_s=(MONDAY + 150) * 60, history_s=300))
    told = [each for each in play(amid, [], []) if isinstance(each, Alert)]
    first = next(each for each in told if each.kind == "failures")
    assert (first.state, first.slice["country"]) == ("firing", "DE")
    assert {each.state for each in told} >= {"firing", "resolved"}
    recent = Run(new_fold(began_s=(MONDAY + 190) * 60, history_s=2 * 3600))
    assert len(play(recent, [], [])) == len(play(Run(), [], []))


def test_what_is_no_cell_is_counted_and_the_rest_goes_on() -> None:
    watch = Listener()
    fold = new_fold(watch)
    good = value_of(Feed(1).minute(MONDAY))[1:-1]
    fold.apply(SourceRecord(0, MONDAY * 60_000, b"[1," + good + b',{"window_start":1}]'))
    fold.apply(SourceRecord(1, MONDAY * 60_000, b"no json"))
    fold.apply(SourceRecord(2, (MONDAY + 2) * 60_000, b"[" + good + b"]"))
    fold.encode([])
    assert watch.left == {"unreadable": 2, "not_an_array": 1, "repeated": 6}
    assert watch.slices > 0
    assert list(fold.items(2)) == []
