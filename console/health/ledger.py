"""Whether the ingress has passed on all it took, by its own counts."""

from typing import Final

from console.health.parts import Parts
from console.views import Answer

#: What is shown, with the metric of the ingress it comes from.
_ROWS: Final = {
    "events accepted": "twilio_ingest_events_total",
    "events acknowledged by Kafka": "twilio_ingest_produced_events_total",
    "requests quarantined": "twilio_ingest_quarantined_total",
    "elements that can't be events": "twilio_ingest_dead_letters_total",
    "records in the spool": "twilio_ingest_spool_records",
    "records lost by a damaged spool": "twilio_ingest_spool_lost_records_total",
}
_WAITING: Final = ("twilio_ingest_spool_records", "twilio_ingest_unacked_bytes")


def ledger(parts: Parts) -> Answer:
    """The counts since the ingress was started, and whether they balance.

    None while what is missing may be under way, or no ingress answers. That everything Kafka has
    is stored too is proven by `twilio-pipeline ledger`, which reads it all.
    """
    rows = [
        {"what": what, "count": int(count)}
        for what, metric in _ROWS.items()
        if (count := parts.figure("ingest", metric)) is not None
    ]
    return {"balanced": _balanced(parts), "rows": rows}


def _balanced(parts: Parts) -> bool | None:
    accepted, passed_on = (
        parts.figure("ingest", _ROWS[what])
        for what in ("events accepted", "events acknowledged by Kafka")
    )
    if accepted is None or passed_on is None:
        return None
    if parts.figure("ingest", _ROWS["records lost by a damaged spool"]):
        return False
    if passed_on >= accepted:  # under traffic something is always under way besides
        return True
    waiting = any(parts.figure("ingest", metric) for metric in _WAITING)
    return None if waiting else False
