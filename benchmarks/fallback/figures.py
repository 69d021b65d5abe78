"""Fallbacks: memory and processor time of a million plans, and how soon a step is dispatched."""

import asyncio

from benchmarks.fallback.delays import delays
from benchmarks.fallback.plans import plans
from benchmarks.result import Result


def run() -> Result:
    """Measure plans in memory, then the way through a broker."""
    return Result("fallback", plans() | asyncio.run(delays()), {})
