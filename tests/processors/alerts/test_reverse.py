"""What an ended incident leaves behind."""

from __future__ import annotations

import numpy as np
import pytest

from processors.alerts.incident import Figures, Incident
from processors.alerts.lattice import Lattice
from processors.alerts.reverse import settle
from processors.alerts.slices import LEAF_SHAPE, Leaf, Slice
from processors.alerts.state import LeafTable, SliceTable

LEAVES: tuple[Leaf, ...] = tuple(
    ("messaging", account, "sms", "MG1", country, "1", "long_code")
    for account in ("AC1", "AC2")
    for country in ("BR", "DE")
)
START, END = 1000, 1020
NONE = Figures(observed=0, expected=0, known=0, rate_low=0, rate_high=0, evidence=0, threshold=0)


def test_tests_keep_what_the_incident_does_not_explain() -> None:
    lattice, leaves, s = Lattice(), LeafTable(), SliceTable()
    for leaf in LEAVES:
        lattice.add(leaf)
        leaves.add_row()
    while s.rows < len(lattice.slices):
        s.add_row()
    leaves.view("past_known")[:] = 100
    leaves.view("past_expected")[:] = 5
    leaves.view("past_failed")[:, :] = np.array([[60.0], [5.0], [5.0], [12.0]])
    s.sums[:], s.since[:], s.ticket_at[:] = 9.0, START, 10.0
    root = Slice(LEAF_SHAPE, LEAVES[0])
    incident = Incident(
        id="one", kind="failures", severity="page", root=root, started=START, fired=START + 3,
        figures=NONE, multiplier=20.0, calm_since=END - 4, resolved=END,
    )  # fmt: skip
    row = lattice.number_of(root)
    assert row is not None
    settle(leaves, s, lattice, incident, row)

    def left(shape: int, *values: str) -> tuple[float, float]:
        number = lattice.number_of(Slice(shape, values))
        assert number is not None
        return float(s.sums[number].max()), float(s.since[number].max())

    assert left(LEAF_SHAPE, *LEAVES[0]) == pytest.approx((6.0, END + 1))
    assert left(1, "messaging", "BR") == (0.0, END + 1)
    assert left(0, "messaging") == (9.0, START)
    assert left(LEAF_SHAPE, *LEAVES[3]) == (9.0, START)
    assert not leaves.view("past_failed")[0].any()
