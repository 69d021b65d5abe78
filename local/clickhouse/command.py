"""The command line: `python -m local.clickhouse --path DIR --port P`.

The administrator's name and password come from TWILIO_PIPELINE_CLICKHOUSE_USER and
TWILIO_PIPELINE_CLICKHOUSE_PASSWORD, never from arguments, which everybody can read.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from aiohttp import web

from local.clickhouse.engine import Engine
from local.clickhouse.executor import Executor
from local.clickhouse.server import MAX_BODY_BYTES, ClickHouseServer
from local.clickhouse.users import ANALYST, SINK, Users
from pipeline.errors import ConfigurationError, PipelineError, UnavailableError
from pipeline.settings import ClickHouseSettings, load

_HOST = "127.0.0.1"


def main() -> int:
    """Serve until SIGTERM or SIGINT; 1 when it can't start."""
    arguments = _arguments()
    try:
        asyncio.run(_serve(arguments.path, arguments.port, arguments.max_body_bytes, _users()))
    except PipelineError as error:
        sys.stderr.write(f"clickhouse: {error}\n")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.clickhouse")
    parser.add_argument("--path", type=Path, required=True, help="data folder")
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--max-body-bytes", type=int, default=MAX_BODY_BYTES)
    return parser.parse_args()


def _users() -> Users:
    settings = load(ClickHouseSettings)
    password = settings.password.get_secret_value()
    if settings.user in {ANALYST, SINK} or not password:
        raise ConfigurationError(
            "set TWILIO_PIPELINE_CLICKHOUSE_USER and TWILIO_PIPELINE_CLICKHOUSE_PASSWORD "
            f"to the administrator's name (not '{ANALYST}' or '{SINK}') and password",
        )
    return Users(settings.user, password)


async def _serve(path: Path, port: int, max_body: int, users: Users) -> None:
    stopped = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopped.set)
    engine = Engine.open(path)
    executor = Executor(engine)
    server = ClickHouseServer(executor, users, max_body)
    runner = server.runner()
    await runner.setup()
    try:
        await _listen(runner, port)
        await stopped.wait()
    finally:
        await runner.cleanup()
        await server.stop()
        executor.close()
        engine.close()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, _HOST, port).start()
    except OSError as error:
        raise UnavailableError(
            f"port {port} is in use; stop what listens there or choose another",
        ) from error
