"""Whether the ingress's memory stays flat: 80 % of its maximum for a while, single events.

``python -m benchmarks.soak [SECONDS]`` prints what is resident at the start and at the end; ten
minutes unless told otherwise.
"""

import asyncio
import sys
from typing import Final

from benchmarks.ingress import PARTITIONS, ingress, read_metrics, run_load
from benchmarks.stage import stage, until

_SECONDS: Final = 600.0
_SHARE: Final = 0.8
_RESIDENT: Final = "process_resident_memory_bytes"
_MEBIBYTE: Final = 2**20


async def _run(seconds: float) -> None:
    async with stage(PARTITIONS) as here:
        with ingress(here) as port:
            await until(lambda: _answers(port), "the ingress")
            most = await run_load(port, 1)
            before = await asyncio.to_thread(read_metrics, port)
            load = await run_load(port, 1, seconds, most.requests_per_s * _SHARE)
            after = await asyncio.to_thread(read_metrics, port)
    share = load.requests_per_s / most.requests_per_s
    print(
        f"posts a second: {load.requests_per_s:,.0f} of at most {most.requests_per_s:,.0f}, "
        f"measured before: {share:.0%}"
    )
    print(f"p99: {load.p99_ms:.1f} ms")
    print(f"resident at the start: {before[_RESIDENT] / _MEBIBYTE:.1f} MiB")
    print(f"resident at the end: {after[_RESIDENT] / _MEBIBYTE:.1f} MiB")


def _answers(port: int) -> bool:
    try:
        return bool(read_metrics(port)["twilio_ingest_unacked_bytes"] == 0)
    except OSError:
        return False


if __name__ == "__main__":
    asyncio.run(_run(float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS))
