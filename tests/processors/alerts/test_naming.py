"""Causes are named from recent history that the tests write down as it would be."""

from __future__ import annotations

import numpy as np
import pytest

from processors.alerts.incident import Figures, Incident
from processors.alerts.lattice import Lattice
from processors.alerts.naming import Naming
from processors.alerts.slices import LEAF_SHAPE, Leaf, Slice
from processors.alerts.state import LeafTable

COUNTRIES = ("BR", "DE", "FR", "IN", "US")
LEAVES: tuple[Leaf, ...] = tuple(
    ("messaging", f"AC{account}", "sms", f"MG{account}", country, f"{country}1", "long_code")
    for account in range(4)
    for country in COUNTRIES
)
NOW = 1000
NONE = Figures(observed=0, expected=0, known=0, rate_low=0, rate_high=0, evidence=0, threshold=0)


class History:
    """Every slice sent 200 messages in the last two minutes; one in twenty usually fails."""

    def __init__(self, failed: dict[int, int]) -> None:
        self.lattice = Lattice()
        self.leaves = LeafTable()
        for leaf in LEAVES:
            self.lattice.add(leaf)
            self.leaves.add_row()
        self.put(NOW, failed)
        self.naming = Naming(self.leaves, self.lattice)

    def put(self, minute: int, failed: dict[int, int]) -> None:
        at = minute // 2 % 32
        self.leaves.view("past_known")[:, at] = 200
        self.leaves.view("past_expected")[:, at] = 10
        self.leaves.view("past_failed")[:, at] = [failed.get(n, 10) for n in range(len(LEAVES))]

    def found(self, leaf: int, *told: Incident) -> Slice:
        number = self.naming.found("failures", np.array([leaf]), NOW, NOW, told)
        return self.lattice.slices[number]

    def better(self, incident: Incident) -> Slice:
        number = self.lattice.number_of(incident.root)
        assert number is not None
        nothing = np.zeros(len(LEAVES), np.bool_)
        return self.lattice.slices[self.naming.better(incident, number, NOW, nothing)]


def leaf(number: int) -> Slice:
    return Slice(LEAF_SHAPE, LEAVES[number])


def told(root: Slice, started: int = NOW) -> Incident:
    return Incident(
        id="one", kind="failures", severity="page", root=root, started=started,
        fired=started, figures=NONE, multiplier=2.0,
    )  # fmt: skip


def of_country(country: str) -> list[int]:
    return [number for number, each in enumerate(LEAVES) if each[4] == country]


def test_what_an_open_incident_explains_makes_no_other_one_wider() -> None:
    history = History({0: 180, 1: 40})
    assert "DE" in history.found(1, told(leaf(0))).values
    assert "BR" not in history.found(1, told(leaf(0))).values


def test_an_incident_whose_neighbours_fail_alike_was_wider_than_told() -> None:
    history = History(dict.fromkeys(of_country("BR"), 60))
    assert history.found(of_country("BR")[1], told(leaf(0))) == Slice(1, ("messaging", "BR"))


def test_what_begins_much_later_beside_an_incident_is_another_one() -> None:
    history = History({0: 60, 1: 60})
    for minute in range(NOW - 40, NOW, 2):
        history.put(minute, {0: 60})
    assert history.found(1, told(leaf(0), NOW - 40)).values[-3] != "BR"
    assert history.found(1, told(leaf(0), NOW - 40)).contains(LEAVES[1])
    assert not history.found(1, told(leaf(0), NOW - 40)).contains(LEAVES[0])


def test_a_wider_slice_that_is_mostly_explained_is_not_blamed_for_its_rest() -> None:
    account = Slice(3, ("messaging", "AC0"))
    history = History({**dict.fromkeys(range(5), 60), **dict.fromkeys(of_country("IN"), 60)})
    assert history.found(of_country("IN")[1], told(account)).fixed()["country"] == "IN"
    one = History({**dict.fromkeys(range(5), 60), 8: 60})
    assert one.found(8, told(account)).contains(LEAVES[8])
    assert not one.found(8, told(account)).contains(LEAVES[3])


@pytest.mark.parametrize("larger", [0, 4])
def test_of_two_causes_taken_for_one_the_larger_is_named(larger: int) -> None:
    history = History({larger: 160, 4 - larger: 50})
    named = history.better(told(Slice(3, ("messaging", "AC0"))))
    assert named.contains(LEAVES[larger])
    assert not named.contains(LEAVES[4 - larger])


def test_a_cause_that_strikes_its_parts_unequally_stays_one() -> None:
    country = dict(zip(of_country("BR"), (50, 60, 70, 80), strict=True))
    assert History(country).better(told(Slice(1, ("messaging", "BR")))).values == (
        "messaging",
        "BR",
    )
