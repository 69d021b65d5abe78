"""`python -m local.twilio_api --port P --journal FILE`: a process of its own, until SIGTERM."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from pipeline.errors import PipelineError


def main() -> int:
    """Serve until SIGTERM or SIGINT; 1 when it can't start."""
    parser = argparse.ArgumentParser(prog="python -m local.twilio_api")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1, else a free one")
    parser.add_argument("--journal", type=Path, required=True, help="file of effects, appended to")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.port, arguments.journal))
    except PipelineError as error:
        sys.stderr.write(f"twilio_api: {error}\n")
        return 1
    return 0


async def _serve(port: int, journal: Path) -> None:
    stopped = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopped.set)
    with journal.open("ab") as file:
        async with serving(Twilio(file), port) as address:
            sys.stdout.write(f"{address}\n")
            sys.stdout.flush()
            await stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
