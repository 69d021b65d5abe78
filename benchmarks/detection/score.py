"""Compares what was told with what went wrong."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.truth import Incident

#: Minutes after its end in which an incident may still be told of.
_AFTER: Final = 30


@dataclass
class Told:
    """One alert, as the detector told it; minutes are those of the world."""

    id: str
    paged: float | None = None
    fired: float = 0.0
    resolved: float | None = None
    leaves: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    first_leaves: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    text: str = ""
    merged: bool = False


def score(
    incidents: list[Incident], alerts: list[Told], rate: NDArray[np.float64]
) -> dict[str, Any]:
    """Match alerts to incidents by time and slices; list every incident and every false alert."""
    rows, matched = [], set()
    for incident in incidents:
        own = [a for a in alerts if _matches(a, incident)]
        matched |= {a.id for a in own}
        rows.append(_row(incident, own, rate))
    others = [a for a in alerts if a.id not in matched]
    return {
        "incidents": rows,
        "false_pages": [_brief(a) for a in others if a.paged is not None],
        "false_tickets": sum(a.paged is None for a in others),
    }


def _matches(alert: Told, incident: Incident) -> bool:
    in_time = incident.start <= alert.fired <= incident.end + _AFTER
    leaves = np.union1d(alert.leaves, alert.first_leaves)
    return in_time and bool(np.intersect1d(leaves, incident.leaves).size)


def _brief(alert: Told) -> dict[str, Any]:
    return {"text": alert.text, "paged": alert.paged, "resolved": alert.resolved}


def _row(incident: Incident, own: list[Told], rate: NDArray[np.float64]) -> dict[str, Any]:
    pages = sorted((a for a in own if a.paged is not None), key=lambda a: a.paged or 0.0)
    first = pages[0] if pages else None
    main = max(pages, key=lambda a: _likeness(a.leaves, incident.leaves, rate), default=None)
    resolved = main.resolved if main else None
    return {
        "label": incident.label,
        "kind": incident.kind,
        "ticket_after": min(a.fired for a in own) - incident.start if own else None,
        "page_after": first.paged - incident.start if first and first.paged else None,
        "pages": len([a for a in pages if not a.merged]),
        "root_first": _likeness(first.first_leaves, incident.leaves, rate) if first else None,
        "root": _likeness(main.leaves, incident.leaves, rate) if main else None,
        "resolved_after": resolved - incident.end if resolved is not None else None,
    }


def _likeness(
    named: NDArray[np.int64], truth: NDArray[np.int64], rate: NDArray[np.float64]
) -> float:
    """Traffic in both over traffic in either: 1 when the very slice was named."""
    both = rate[np.intersect1d(named, truth)].sum()
    return float(both / rate[np.union1d(named, truth)].sum())
