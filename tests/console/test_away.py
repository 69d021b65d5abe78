"""What the console says while ClickHouse is away, and what it never writes down."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from console.warehouse import LIMITS
from local.ports import free_port
from pipeline.settings import ClickHouseSettings, load
from tests.console.filled import NUMBER, SENT, START
from tests.console.stand import WAIT_SECONDS, Stand, nowhere, used

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


async def test_clickhouse_away_is_said_and_the_page_still_opens(tmp_path: Path) -> None:
    away = load(ClickHouseSettings, url=f"http://127.0.0.1:{free_port()}")
    async with used(away, tmp_path, nowhere()) as stand:
        told = await stand.get("/api/delivery", 503)
        assert told["error"].startswith(f"ClickHouse at {away.url} does not answer")
        async with stand.viewer.get("/") as answer:
            assert answer.status == 200
        health = await stand.get("/api/health")
    assert health["dead_letters"] is None
    assert health["freshness_s"] is None
    assert "ClickHouse does not answer." in health["problems"]


async def test_a_clickhouse_that_hangs_holds_nobody_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.warehouse._ANSWER_S", 0.5)
    port = free_port()
    hung = load(ClickHouseSettings, url=f"http://127.0.0.1:{port}")

    left = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        left.set()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", port):
        async with used(hung, tmp_path, nowhere()) as stand:
            told = await stand.get("/api/alerts", 503)
            assert told["error"].startswith("ClickHouse ")
        await asyncio.wait_for(left.wait(), WAIT_SECONDS)


@asynccontextmanager
async def forwarding(port: int, url: str) -> AsyncIterator[None]:
    """Pass what comes to the port on to this address."""
    target = urlsplit(url)

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while piece := await source.read(65_536):
            target.write(piece)
        target.close()

    async with await asyncio.start_server(meet, "127.0.0.1", port):
        yield


async def test_it_goes_on_when_clickhouse_comes_up_later(
    history: ClickHouseSettings, tmp_path: Path
) -> None:
    port = free_port()
    later = history.model_copy(update={"url": f"http://127.0.0.1:{port}"})
    async with used(later, tmp_path, nowhere()) as stand:
        await stand.get("/api/alerts", 503)
        async with forwarding(port, history.url):
            assert len((await stand.get("/api/alerts"))["alerts"]) == 1


async def test_a_question_that_takes_too_much_is_refused(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "max_result_rows", 1)
    told = await stand.get(f"/api/delivery?from={START - 3600}&to={START + 3600}", 400)
    assert told == {"error": "That takes too long: choose a shorter time."}


async def test_without_the_key_numbers_cant_be_searched(
    history: ClickHouseSettings, tmp_path: Path
) -> None:
    async with used(history, tmp_path, nowhere(), key=False) as stand:
        told = await stand.get("/api/search?q=%2B15550100002", 400)
        assert told["error"].endswith("the console lacks TWILIO_PIPELINE_PRIVACY_HASH_KEY.")
        assert len((await stand.get(f"/api/search?q={SENT}"))["messages"]) == 1


async def test_no_number_is_ever_logged(
    stand: Stand, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    digits = NUMBER.removeprefix("+")
    with caplog.at_level(logging.DEBUG):
        await stand.get(f"/api/search?q=%2B{digits}")
        await stand.get(f"/api/search?q={digits}", 400)
        headers = await stand.csrf(stand.viewer)
        body = {"q": f"{NUMBER}x"}
        async with stand.viewer.post("/api/search", json=body, headers=headers) as answer:
            assert digits not in await answer.text()
    written = capsys.readouterr()
    ours = [record for record in caplog.records if not record.name.startswith("asyncio")]
    assert digits not in "".join(record.getMessage() for record in ours)
    assert digits not in written.out + written.err
    assert stand.settings.audit_directory is not None
    (file,) = stand.settings.audit_directory.iterdir()
    assert digits not in file.read_text()
