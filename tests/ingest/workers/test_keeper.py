import asyncio
import sys
from pathlib import Path

from structlog.testing import capture_logs

from ingest.workers.keeper import Keeper

USELESS = 2


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", "-c", code)


async def test_a_worker_that_dies_is_started_again_with_growing_pauses(tmp_path: Path) -> None:
    lives = tmp_path / "lives"
    keeper = Keeper(
        1, python(f"open({str(lives)!r}, 'a').write('x'); raise SystemExit(7)"), USELESS
    )
    with capture_logs() as lines:
        keeping = asyncio.create_task(keeper.keep())
        async with asyncio.timeout(20):
            while len(lines) < 3:  # noqa: ASYNC110  another process has no event
                await asyncio.sleep(0.01)
        keeper.stop()
        await asyncio.wait_for(keeping, 10)
    assert lives.read_text().startswith("xxx")
    assert [(x["worker"], x["status"], x["again_in_s"]) for x in lines[:3]] == [
        (1, 7, 0.2),
        (1, 7, 0.4),
        (1, 7, 0.8),
    ]


async def test_one_that_can_not_even_start_is_not_tried_again() -> None:
    keeper = Keeper(0, python(f"raise SystemExit({USELESS})"), USELESS)
    with capture_logs() as lines:
        await asyncio.wait_for(keeper.keep(), 20)
    assert lines == []


async def test_its_end_is_asked_for_and_waited_for() -> None:
    keeper = Keeper(0, python("import time; time.sleep(60)"), USELESS)
    keeping = asyncio.create_task(keeper.keep())
    async with asyncio.timeout(20):
        while keeper._process is None:  # noqa: ASYNC110, SLF001  nothing tells of a start
            await asyncio.sleep(0.01)
    keeper.stop()
    await asyncio.wait_for(keeping, 10)
