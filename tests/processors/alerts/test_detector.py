from __future__ import annotations

from itertools import pairwise

import pytest

from processors.alerts.slices import LEAF_SHAPE, Leaf, Slice
from tests.processors.alerts.town import LEAVES, MONDAY, Town

DAY = 24 * 60
GROWN = "many more are affected by now"


@pytest.fixture(scope="module")
def settled() -> Town:
    """A town whose detector has learned for a day and a half, and told nothing."""
    town = Town()
    assert town.run(DAY * 3 // 2) == []
    return town


@pytest.fixture
def town(settled: Town) -> Town:
    """The same at that time, to do with as one likes."""
    return settled.copy()


def test_rates_are_learned_from_what_is_seen(town: Town) -> None:
    level, ratio = town.detector.slices.view("level"), town.detector.slices.view("ratio")
    assert level * ratio == pytest.approx(0.05, rel=0.3)
    arrival = town.detector.slices.view("arrival")
    assert arrival[:, 0] == pytest.approx(0.8, abs=0.02)
    assert arrival[:, 1].min() > 0.9
    assert town.detector.slices.view("scatter_rate").max() < 0.06


def test_one_slice_failing_is_one_page_that_names_it_and_ends(town: Town) -> None:
    start = town.detector.minute
    town.raised = {2: 0.6}
    told = town.run(45)
    firing = [each for each in told if each.state == "firing"]
    assert len(firing) == 1
    incident = firing[0].incident
    assert (incident.kind, incident.severity) == ("failures", "page")
    assert firing[0].minute - start <= 4
    assert abs(incident.started - start) <= 2
    assert town.detector.incidents.open[0].root.contains(LEAVES[2])
    town.raised = {}
    ended = town.run(15)
    assert [each.state for each in ended] == ["resolved"]
    assert town.run(240) == []


def test_what_goes_on_is_told_again_when_many_more_are_affected(town: Town) -> None:
    town.raised = {2: 0.6}
    told = town.run(60)
    assert {each.incident.id for each in told} == {told[0].incident.id}
    assert sum(each.reason == GROWN for each in told) >= 2
    for before, then in pairwise(told):
        if then.reason == GROWN:
            assert then.incident.figures.affected >= 3 * before.incident.figures.affected
    true = 60 * town.rate * (0.6 - town.failing)
    assert true / 3.5 < told[-1].incident.figures.affected < 1.2 * true


def test_a_country_failing_is_named_as_the_country(town: Town) -> None:
    town.raised = {0: 0.4, 1: 0.4, 3: 0.4, 4: 0.4}
    told = town.run(30)
    assert sum(each.state == "firing" for each in told) == 1
    assert [each.root for each in town.detector.incidents.open] == [Slice(1, ("messaging", "BR"))]


def test_an_account_failing_is_named_as_the_account(town: Town) -> None:
    town.raised = {3: 0.3, 4: 0.3, 5: 0.3}
    town.run(30)
    (incident,) = town.detector.incidents.open
    assert set(incident.root.fixed().items()) >= {("account_sid", "AC2")}
    assert "country" not in incident.root.fixed()


def held(root: Slice) -> list[int]:
    """Which of the town's leaves a slice contains: slices of several shapes may be the same."""
    return [number for number, leaf in enumerate(LEAVES) if root.contains(leaf)]


def test_two_incidents_at_once_are_two_and_the_end_of_one_leaves_the_other_alone(
    town: Town,
) -> None:
    town.raised = {2: 0.6, 5: 0.6}
    told = town.run(20)
    assert held(told[-1].incident.root) == [2, 5]
    town.raised |= {0: 0.25}
    told = town.run(25)
    causes = [(each.state, held(each.incident.root)) for each in told if each.reason != GROWN]
    assert causes == [("firing", [0])]
    town.raised = {0: 0.25}
    told = town.run(30)
    ended = [held(each.incident.root) for each in told if each.state == "resolved"]
    assert ended == [[2, 5]]
    assert [held(incident.root) for incident in town.detector.incidents.open] == [[0]]


def test_an_incident_of_many_slices_hides_no_other_one() -> None:
    many: tuple[Leaf, ...] = tuple(
        ("messaging", "AC1", "sms", f"MG{n}", f"C{n % 8}", f"{n}", "long_code") for n in range(16)
    )
    town = Town(leaves=(*many, LEAVES[5]))
    assert town.run(240) == []
    town.raised = dict.fromkeys(range(len(many)), 0.5)
    town.run(15)
    assert [incident.root.fixed()["account_sid"] for incident in town.detector.incidents.open] == [
        "AC1"
    ]
    town.raised |= {len(many): 0.4}
    told = town.run(8)
    assert [(each.state, each.incident.root.contains(LEAVES[5])) for each in told] == [
        ("firing", True)
    ]


def test_silence_is_noticed_without_a_single_failure_and_ends(town: Town) -> None:
    town.silent = {0, 1, 2}
    told = town.run(20)
    assert [(each.state, each.incident.kind) for each in told][:1] == [("firing", "silence")]
    assert told[0].incident.fired - told[0].incident.started <= 5
    (incident,) = town.detector.incidents.open
    assert incident.root.fixed()["account_sid"] == "AC1"
    town.silent = set()
    assert [each.state for each in town.run(10)] == ["resolved"]


def test_a_campaign_is_no_incident(town: Town) -> None:
    town.factor = 15.0
    assert town.run(60) == []
    town.factor = 1.0
    assert town.run(120) == []


def test_an_outage_does_not_teach_itself_as_normal(town: Town) -> None:
    before = town.detector.slices.view("level").copy()
    town.raised = dict.fromkeys(range(len(LEAVES)), 0.5)
    town.run(6 * 60)
    assert town.detector.slices.view("level") == pytest.approx(before, rel=0.5)
    assert town.detector.incidents.open


@pytest.fixture(scope="module")
def known() -> Town:
    """A town whose traffic is known, after a week of it."""
    town = Town(rate=4.0)
    assert town.run(8 * DAY) == []
    return town


def test_traffic_that_stops_is_noticed_after_a_week_of_it(known: Town) -> None:
    town = known.copy()
    town.stopped = {3, 4, 5}
    told = town.run(45)
    assert [(each.state, each.incident.kind) for each in told][:1] == [("firing", "stopped")]
    assert town.detector.incidents.open[0].root.fixed()["account_sid"] == "AC2"
    town.stopped = set()
    assert town.run(15)[-1].state == "resolved"


def test_an_hour_with_a_quarter_of_the_traffic_is_no_stop(known: Town) -> None:
    town = known.copy()
    town.factor = 0.25
    assert town.run(60) == []


def test_what_stopped_is_not_named_by_what_is_only_lower(known: Town) -> None:
    town = known.copy()
    town.stopped, town.factor = {4}, 0.7
    told = {(each.incident.kind, *held(each.incident.root)) for each in town.run(45)}
    assert told == {("stopped", 4)}


def test_what_failed_no_more_is_not_blamed_on_others_that_hardly_fail(town: Town) -> None:
    town.raised = {2: 0.6}
    town.run(6)
    (incident,) = town.detector.incidents.open
    root = Slice(LEAF_SHAPE, LEAVES[2])
    incident.root, incident.fired, incident.multiplier = root, town.detector.minute - 1, 1.6
    leaves = town.detector.leaves
    leaves.view("past_failed")[:] = 1.2 * leaves.view("past_expected")
    leaves.view("past_failed")[2] = 0.5 * leaves.view("past_expected")[2]
    town.raised = {}
    town.run(1)
    assert [each.root for each in town.detector.incidents.open] == [root]


def test_a_restored_detector_goes_on_as_if_nothing_had_been(town: Town) -> None:
    town.raised = {2: 0.5}
    town.run(2)
    other = town.copy()
    first, second = town.run(120), other.run(120)
    assert [repr(each) for each in first] == [repr(each) for each in second]
    assert first
    assert list(town.detector.pages()) == list(other.detector.pages())


def test_too_many_slices_make_room_for_new_ones() -> None:
    town = Town()
    town.run(120)
    town.detector.tuning = type(town.tuning)(max_leaves=len(LEAVES))
    town.detector.leaf(("messaging", "AC9", "sms", "MG9", "FR", "9", "long_code"))
    assert town.detector.evicted == 1
    assert town.detector.leaves.rows == len(LEAVES) == len(town.detector.lattice.leaves)
    assert town.detector.slices.rows == len(town.detector.lattice.slices)
    assert town.detector.minute == MONDAY + 120
