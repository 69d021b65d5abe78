"""The health view."""

import time
from typing import Final

from console.health.ledger import ledger
from console.health.watcher import Watcher
from console.span import HOUR_S
from console.views import Answer
from console.warehouse import Ask, together
from pipeline.errors import PipelineError
from pipeline.settings import SinkSettings, load

#: What is shown of the spool, with the metric of the ingress it comes from.
_SPOOL: Final = {
    "bytes": "twilio_ingest_spool_bytes",
    "records": "twilio_ingest_spool_records",
    "oldest_s": "twilio_ingest_spool_oldest_seconds",
}


async def health(ask: Ask, watcher: Watcher) -> Answer:
    """Everything at once; what can't be found out now is None, and a problem says why."""
    letters, problem = await _dead_letters(ask)
    parts = watcher.parts
    return {
        "parts": parts.states,
        "lag": watcher.backlog.rows(),
        "spool": {name: parts.figure("ingest", metric) for name, metric in _SPOOL.items()},
        "dead_letters": letters,
        "ledger": ledger(parts),
        "freshness_s": freshness_s(watcher),
        "problems": [text for text in (watcher.problem, problem) if text],
    }


def freshness_s(watcher: Watcher) -> float | None:
    """How old what ClickHouse shows is: the age of the oldest event the sink has yet to store."""
    oldest = watcher.backlog.oldest_s(load(SinkSettings).group_id)
    return None if oldest is None else round(oldest, 1)


def fallback_mode(watcher: Watcher) -> str:
    """Whether fallbacks are sent now."""
    if watcher.parts.figure("fallback", "twilio_fallback_stopped"):
        return "stopped"
    dry = watcher.parts.figure("fallback", "twilio_fallback_dry_run")
    if dry is None:
        return "unknown"
    return "dry run" if dry else "live"


async def _dead_letters(ask: Ask) -> tuple[Answer | None, str]:
    since = int(time.time()) - HOUR_S
    try:
        counts, last = await together(ask("dead_letters", since=since), ask("last_dead_letters"))
    except PipelineError:
        return None, "ClickHouse does not answer."
    return {**counts[0], "last": last}, ""
