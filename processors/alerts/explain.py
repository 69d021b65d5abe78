"""From a transition to an alert that explains itself."""

from typing import Final

from pipeline.items.alert import Alert, Sibling
from processors.alerts.ages import MINUTE_S
from processors.alerts.cells import CONVERSION
from processors.alerts.codes import Codes
from processors.alerts.detector import Detector
from processors.alerts.incident import Incident, Transition
from processors.alerts.slices import SHAPES
from processors.alerts.suggest import SUGGESTIONS, likely_cause

_BEFORE_S: Final = 3600
_LISTED: Final = 10
_NOUNS: Final = {
    "failures": "failures",
    "silence": "no receipts",
    "stopped": "no traffic",
    "rule": "delivery below a limit",
}


def explain(told: Transition, detector: Detector, codes: Codes) -> Alert:
    """Put into words and numbers what the detector found."""
    incident, figures = told.incident, told.incident.figures
    fixed = incident.where or incident.root.fixed()
    top = codes.top(incident.root, incident.started, told.minute)
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
        sql=sql_of(incident, fixed, told.minute),
        children=[child.text() for child in incident.children],
        siblings=_siblings(incident, detector),
        evidence=round(figures.evidence, 2),
        threshold=round(figures.threshold, 2),
    )


def title_of(incident: Incident) -> str:
    """One line for people: what, where, how bad."""
    figures = incident.figures
    fixed = incident.where or incident.root.fixed()
    place = ", ".join(f"{name} {value or '(none)'}" for name, value in fixed.items())
    noun = _NOUNS[incident.kind]
    if incident.kind in ("failures", "rule"):
        rate, usual = (
            _share(figures.observed, figures.known),
            _share(figures.expected, figures.known),
        )
        return f"{noun} {rate:.1%} instead of {usual:.1%}: {place}"
    return f"{noun}, {figures.observed:.0f} instead of {figures.expected:.0f}: {place}"


def sql_of(incident: Incident, fixed: dict[str, str], minute: int) -> str:
    """A query that shows the evidence, from an hour before the start."""
    funnel = fixed.get("product") == CONVERSION
    wanted = {k: v for k, v in fixed.items() if not funnel or k not in _NOT_IN_FUNNEL}
    conditions = [f"{name} = '{_quoted(value)}'" for name, value in wanted.items()]
    since = incident.started * MINUTE_S - _BEFORE_S
    conditions += [
        "window_seconds = 60",
        f"window_start >= toDateTime({since}, 'UTC')",
        f"window_start <= toDateTime({minute * MINUTE_S}, 'UTC')",
    ]
    counts = _FUNNEL_COUNTS if funnel else _COUNTS
    view = "verify_funnel" if funnel else "delivery_windows_by_carrier"
    return (
        f"SELECT window_start, {counts} FROM {view} WHERE {' AND '.join(conditions)} "  # noqa: S608  values are quoted; people run it
        "GROUP BY window_start ORDER BY window_start"
    )


_NOT_IN_FUNNEL: Final = frozenset({"product", "carrier", "sender_type"})
_COUNTS: Final = (
    "sum(sent) AS sent, sum(delivered) AS delivered, "
    "sum(undelivered + failed) AS failed, sum(unknown) AS unknown"
)
_FUNNEL_COUNTS: Final = "sum(started) AS started, sum(approved) AS approved"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


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
