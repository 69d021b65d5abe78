"""What damage to the spool has cost, counted and named for the operator."""

from typing import Final

import structlog

from ingest.spool.frame import Damage
from pipeline.metrics import INGEST_SPOOL_DAMAGED, INGEST_SPOOL_LOST

_log: Final = structlog.stdlib.get_logger("ingest")


def report_damage(file: str, damage: Damage) -> None:
    """Count it, and say which file, bytes and sequences; never what was in them."""
    INGEST_SPOOL_DAMAGED.labels("tail" if damage.tail else "hole").inc()
    INGEST_SPOOL_LOST.inc(damage.lost)
    level = _log.warning if damage.tail else _log.error
    level(
        "the spool is damaged",
        file=file,
        offset=damage.offset,
        bytes=damage.size,
        first_sequence=damage.first,
        lost_records=damage.lost,
        unfinished_write_perhaps=damage.tail,
    )
