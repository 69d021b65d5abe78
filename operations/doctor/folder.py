"""The spool's folder: whether it can be written here, and has room."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from operations.doctor.finding import Finding
from pipeline.settings import SpoolSettings

NAME: Final = "ingest.spool"
_MIB: Final = 1024 * 1024


async def look_at_spool(spool: SpoolSettings, workers: int) -> list[Finding]:
    """Look at this machine's disk; the folder is not made."""
    if not spool.directory:
        seen = "no spool: while Kafka is away Twilio is answered 503, and gives up after 4 hours"
        return [Finding(NAME, "warn", seen, "set TWILIO_PIPELINE_SPOOL_DIRECTORY")]
    folder = Path(spool.directory)
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            free = shutil.disk_usage(nearest).free
    except OSError as error:
        seen = f"can't write below {nearest}: {error.strerror}"
        return [Finding(NAME, "fail", seen, "let the ingress's user own it, on a local disk")]
    return [_room(folder, free, spool.max_bytes * workers)]


def _room(folder: Path, free: int, wanted: int) -> Finding:
    seen = f"{folder} can be written and has {free // _MIB:,} MiB free of {wanted // _MIB:,} MiB"
    if free >= wanted:
        return Finding(NAME, "ok", seen)
    do = "free some space, or set TWILIO_PIPELINE_SPOOL_MAX_BYTES to less"
    return Finding(NAME, "warn", seen, do)
