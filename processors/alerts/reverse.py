"""The reverse test, which ends an incident, and what is left of it afterwards."""

from typing import Final

import numpy as np

from processors.alerts.ages import FOLLOWED, YOUNG
from processors.alerts.arrays import Bools
from processors.alerts.incident import Incident
from processors.alerts.lattice import Lattice
from processors.alerts.minute import Counts, Step, silence_of
from processors.alerts.root import spans_since, window
from processors.alerts.state import PAST, LeafTable, SliceTable

#: Part of a ticket's threshold from which the tests of an incident's slice begin anew: if it ended
#: too early, it is back sooner.
_AFTERMATH: Final = 0.6
_MOST_USUAL: Final = 0.9


def calm_of(
    incident: Incident, row: int, s: SliceTable, counts: Counts, step: Step
) -> tuple[float, bool]:
    """Nats of one minute for the usual state, by young outcomes; and whether there were any."""
    if incident.kind == "silence":
        young = slice(row, row + 1), slice(YOUNG)
        nats = silence_of(counts.received[young], counts.exposed[young], s.arrival[young])
        return -float(nats[0]), bool(step.due[row] > 0)
    if incident.kind == "stopped":
        return -float(step.stop[row]), bool(s.usual_traffic[row] > 0)
    known = float(counts.received[row, :YOUNG].sum())
    failed = float(counts.failed_by_age[row, :YOUNG].sum())
    rate = min(float(step.usual[row]), _MOST_USUAL)
    against = known * np.log1p((incident.multiplier - 1) * rate)
    calm = against - failed * np.log(incident.multiplier)
    return float(calm / step.inflation[row]), known > 0


def settle(
    leaves: LeafTable, s: SliceTable, lattice: Lattice, incident: Incident, row: int
) -> None:
    """Begin the tests anew around an ended incident, and leave alone what it has explained.

    A wider slice keeps no more evidence than the rest of it shows: another cause may be at work.
    """
    mine = np.zeros(leaves.rows, np.bool_)
    mine[lattice.members(row)] = True
    touched = np.flatnonzero(lattice.touched(mine))
    _write_off(leaves, mine, incident.calm_since, incident.resolved)
    back_sooner = np.minimum(s.sums[row], _AFTERMATH * s.ticket_at[row])
    spans = spans_since(incident.started, incident.resolved)
    rest = window(leaves, lattice, "failures", spans, np.zeros_like(mine)).scores("failures")
    after = incident.resolved + 1
    s.sums[touched] = np.minimum(s.sums[touched], rest[touched, None])
    s.since[touched] = np.where(s.sums[touched] > 0, s.since[touched], after)
    s.sums[row] = back_sooner
    for column in (s.silence, s.missing, s.stop, s.going_on):
        column[touched] = 0
    for column in (s.silence_since, s.stop_since):
        column[touched] = after


def _write_off(leaves: LeafTable, marked: Bools, before: int, minute: int) -> None:
    """Leave alone what was sent before a minute: what is known of it, and what comes late."""
    rows = np.flatnonzero(marked)
    for name in PAST:
        leaves.view(name)[rows] = 0
    leaves.ignored_until[rows] = before
    oldest = max(before, minute - FOLLOWED + 1)
    kept = np.arange(oldest, minute + 1) % FOLLOWED
    gone = np.setdiff1d(np.arange(FOLLOWED), kept)
    leaves.waiting[np.ix_(rows, gone)] = 0
