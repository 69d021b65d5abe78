"""Says whether fallbacks are sent at all."""

import asyncio
import secrets
import time
from pathlib import Path

from pipeline.cli.target import find_kafka
from pipeline.cli.whoever import whoever
from pipeline.items.fallback_control import FallbackControl
from pipeline.saying import say
from pipeline.topics import FALLBACK_CONTROL


def switch(stack: Path | None, *, stopped: bool, by: str, reason: str) -> None:
    """Return when Kafka has it; UnavailableError when it can't be reached."""
    asked = FallbackControl(
        id=secrets.token_hex(4),
        stopped=stopped,
        at=int(time.time() * 1000),
        by=by or whoever(),
        reason=reason,
    )
    asyncio.run(say(find_kafka(stack), FALLBACK_CONTROL, asked, "control"))
