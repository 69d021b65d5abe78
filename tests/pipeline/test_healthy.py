import asyncio
import sys

import pytest

from local.ports import free_ports
from pipeline.healthy import main
from pipeline.monitoring import listen, serve


@pytest.mark.parametrize(
    ("reason", "code", "told"), [(None, 0, "ready\n"), ("restoring state", 1, "restoring state\n")]
)
async def test_it_repeats_what_a_part_says(
    reason: str | None, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with listen("127.0.0.1", 0) as listening:
        port = str(listening.getsockname()[1])
        runner = await serve(listening, lambda: reason)
        assert await asyncio.to_thread(main, [port]) == code
        await runner.cleanup()
    assert capsys.readouterr().out == told


def test_a_part_that_is_gone_is_not_ready(capsys: pytest.CaptureFixture[str]) -> None:
    (port,) = free_ports(1)
    assert main([str(port)]) == 1
    assert capsys.readouterr().out.startswith(f"port {port} does not answer: ")


@pytest.mark.parametrize("arguments", [[], ["9101", "9102"], ["http"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == "usage: python -m pipeline.healthy PORT\n"


async def test_it_starts_fast_enough_to_be_started_often() -> None:
    code = "import sys, pipeline.healthy; print('aiohttp' in sys.modules, 'typer' in sys.modules)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert told == b"False False\n"
