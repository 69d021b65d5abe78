"""Incidents: the list, and all that is known of one."""

from console.problems import NOT_FOUND, ProblemError
from console.views import Answer
from console.views.errors import meaning_of
from console.views.why import sentences
from console.warehouse import Ask, Row, together


async def alerts(ask: Ask, *, everything: bool, most: int) -> Answer:
    """What is on, the latest first; with ``everything`` also what has ended."""
    rows, notices = await together(
        ask("alerts", everything=everything, most=most), ask("notices", most=most)
    )
    return {"alerts": [_listed(row) for row in rows], "notices": notices}


async def alert(ask: Ask, identity: str) -> Answer:
    """One incident, why it was told, and what was done about it; ProblemError when unknown."""
    found, transitions, deliveries = await together(
        ask("alert", id=identity),
        ask("alert_transitions", id=identity),
        ask("alert_deliveries", id=identity),
    )
    if not found:
        raise ProblemError(NOT_FOUND, "There is no such alert.")
    row = found[0]
    return {
        **_listed(row),
        "why": sentences(row, transitions[-1] if transitions else None),
        "codes": [
            {"code": code, "count": count, "meaning": meaning_of(code)}
            for code, count in row["codes"]
        ],
        "suggestion": row["suggestion"],
        "evidence_sql": row["sql"],
        "transitions": [_transition(each) for each in transitions],
        "deliveries": [_delivery(each) for each in deliveries],
    }


def _listed(row: Row) -> Answer:
    return {
        "id": row["id"],
        "state": "resolved" if row["state"] == "resolved" else "firing",
        "severity": row["severity"],
        "kind": row["kind"],
        "slice": row["slice"],
        "title": row["title"],
        "reason": row["reason"],
        "baseline": row["usual_rate"],
        "observed": row["rate"],
        "low": row["rate_low"],
        "high": row["rate_high"],
        "messages": row["messages"],
        "affected": row["affected"],
        "likely": row["likely"],
        "silenced": bool(row["silenced"]),
        "started_at": row["started_at"],
        "detected_at": row["fired_at"],
        "updated_at": row["told_at"],
        "resolved_at": row["resolved_at"],
        "acknowledged_by": row["acknowledged_by"] or None,
        "acknowledged_at": row["acknowledged_at"],
    }


def _transition(row: Row) -> Answer:
    text = row["reason"] or row["title"]
    return {"at": row["at"], "state": row["state"], "severity": row["severity"], "text": text}


def _delivery(row: Row) -> Answer:
    tries = f" after {row['attempts']} tries" if row["attempts"] > 1 else ""
    reason = f": {row['reason']}" if row["reason"] else ""
    text = f"{row['transition']} {row['state']}{tries}{reason}"
    return {"at": row["at"], "channel": row["channel"], "state": row["state"], "text": text}
