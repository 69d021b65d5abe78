"""``python -m local.cookbook PAGE``: ask the page's questions and write the answers into it."""

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from local.clickhouse.process import ClickHouseProcess
from local.cookbook import answered, load_examples
from local.ports import free_port
from pipeline.settings import ClickHouseSettings, load
from sinks.clickhouse import connect
from sinks.migrations import migrate


def main(page: Path) -> None:
    """Rewrite the page with an engine of its own."""
    with tempfile.TemporaryDirectory() as folder, _engine(Path(folder)) as settings:
        migrate(settings)
        with connect(settings) as client:
            asyncio.run(load_examples(client, settings))
        analyst = settings.model_copy(update={"user": "default", "password": SecretStr("")})
        with connect(analyst) as client:
            page.write_text(answered(page.read_text("utf-8"), client), "utf-8")


@contextmanager
def _engine(folder: Path) -> Iterator[ClickHouseSettings]:
    server = ClickHouseProcess(folder, free_port(), "writer", secrets.token_hex(8))
    environment = {**os.environ, **server.environment}
    process = subprocess.Popen(server.argv, env=environment)  # noqa: S603  our own program
    try:
        while not asyncio.run(server.ready()):
            time.sleep(0.05)
        yield load(
            ClickHouseSettings,
            url=server.url,
            user=server.user,
            password=SecretStr(server.password),
        )
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
