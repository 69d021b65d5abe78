"""From a transition to an alert that explains itself."""

from typing import Final

from pipeline.items.alert import Alert, Sibling, TopCode
from pipeline.place import place_of
from processors.alerts.ages import MINUTE_S
from processors.alerts.cells import CellBook
from processors.alerts.codes import top_codes
from processors.alerts.config import Where
from processors.alerts.detector import Detector
from processors.alerts.evidence_sql import windows_sql
from processors.alerts.incident import Incident, Transition
from processors.alerts.slices import SHAPES
from processors.alerts.suggest import SUGGESTIONS, likely_cause

_LISTED: Final = 10
#: From this share on, which rounds to all, it is only said that it is more.
_NEARLY_ALL: Final = 0.9995


def explain(told: Transition, detector: Detector, book: CellBook) -> Alert:
    """Put into words and numbers what the detector found."""
    incident, figures = told.incident, told.incident.figures
    fixed = incident.where or incident.root.fixed()
    top = _codes(told, detector, book)
    cause = likely_cause(incident.kind, fixed, top)
    of = figures.known if incident.kind in ("failures", "rule") else figures.expected
    return Alert(
        id=incident.id,
        state=told.state,
        kind=incident.kind,
        severity=incident.severity,
        at=(told.minute + 1) * MINUTE_S,
        slice=fixed,
        title=title_of(incident),
        reason=told.reason,
        started_at=incident.started * MINUTE_S,
        fired_at=(incident.fired + 1) * MINUTE_S,
        resolved_at=(incident.resolved + 1) * MINUTE_S if told.state == "resolved" else 0,
        usual_rate=_share(figures.expected, of),
        rate=_share(figures.observed, of),
        rate_low=figures.rate_low,
        rate_high=figures.rate_high,
        messages=round(of),
        affected=round(figures.affected),
        codes=top,
        likely=cause,
        suggestion=SUGGESTIONS[cause],
        sql=windows_sql(fixed, incident.started, told.minute),
        children=[child.text() for child in incident.children],
        siblings=_siblings(incident, detector),
        evidence=round(figures.evidence, 2),
        threshold=round(figures.threshold, 2),
        transition=incident.told,
    )


def _codes(told: Transition, detector: Detector, book: CellBook) -> list[TopCode]:
    """The codes of an incident's messages, as far back as their cells are held."""
    incident, leaves = told.incident, detector.lattice.leaves
    if incident.kind == "rule":
        where = Where(**incident.where)
        inside = [leaf for leaf in leaves if where.matches(leaf)]
    else:
        inside = [leaf for leaf in leaves if incident.root.contains(leaf)]
    return top_codes(book.codes(inside, incident.started, told.minute))


def title_of(incident: Incident) -> str:
    """One line for people: how bad, what, where."""
    place = place_of(incident.where or incident.root.fixed())
    if incident.kind in ("failures", "rule"):
        return f"{_failing(incident)}: {place}"
    return f"{_missing(incident)}: {place}"


def _failing(incident: Incident) -> str:
    figures = incident.figures
    rate, usual = (_share(each, figures.known) for each in (figures.observed, figures.expected))
    noun = "failures" if incident.kind == "failures" else "delivery below a limit"
    return f"{noun} {rate:.1%} instead of {usual:.1%}"


def _missing(incident: Incident) -> str:
    """How much of what was due did not come; "no" only where nothing came."""
    came, due = incident.figures.observed, incident.figures.expected
    part = max(1 - _share(came, due), 0.0)
    words = f"{part:.1%}" if part < _NEARLY_ALL else "nearly all"
    if incident.kind == "silence":
        if came < 1:
            return f"no receipts, of {due:.0f} due"
        return f"{words} of the receipts due are missing ({came:.0f} of {due:.0f} came)"
    if came < 1:
        return f"no traffic, usually {due:.0f}"
    return f"{words} of the usual traffic is missing ({came:.0f} instead of {due:.0f})"


def _share(part: float, of: float) -> float:
    return round(part / of, 6) if of > 0 else 0.0


def _siblings(incident: Incident, detector: Detector) -> list[Sibling]:
    """Slices of the same shape under the same wider one, the largest first."""
    if incident.kind == "rule":
        return []
    lattice, s = detector.lattice, detector.slices
    number = lattice.number_of(incident.root)
    if number is None or SHAPES[incident.root.shape].parent < 0:
        return []
    found = [
        row
        for row in lattice.children(lattice.parents[number])
        if row != number and lattice.slices[row].shape == incident.root.shape
    ]
    found.sort(key=lambda row: (-float(s.hourly[row]), row))
    return [
        Sibling(
            lattice.slices[row].text(),
            round(float(s.level[row] * s.ratio[row]), 6),
            _share(float(s.hour_failed[row]), float(s.hour_received[row].sum())),
        )
        for row in found[:_LISTED]
    ]
