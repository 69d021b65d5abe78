"""What people say about alerts reaches the topic, and channels can be tried."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from pipeline.items.alert import Acknowledgement, AlertItem, Silence
from pipeline.settings import ClickHouseSettings, KafkaSettings, load
from pipeline.topics import ALERTS, ensure_topics
from sinks.clickhouse import connect
from tests.databases import Databases, told_to_commands
from tests.processors.notifier.channels.receiver import Receiver, receiving


@pytest.fixture
def database(
    databases: Databases, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClickHouseSettings]:
    """A target of one's own, with one alert and one silence stored."""
    with databases.lent() as settings:
        for name, value in told_to_commands(settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", kafka)
        asyncio.run(ensure_topics(load(KafkaSettings, bootstrap_servers=kafka)))
        with connect(settings) as client:
            columns = [
                "type",
                "id",
                "transition",
                "at",
                "state",
                "since",
                "until",
                "slice",
                "alert_id",
            ]
            now, here = int(time.time()), {"country": "DE"}
            rows = [
                ["alert", "i1", 1, now, "firing", None, None, here, "i1"],
                ["silence", "s1", 0, now, "", 1_760_000_000, 4_000_000_000, here, ""],
            ]
            client.insert("alerts_store", rows, column_names=columns)
        yield settings


async def said(kafka: str, by: str) -> AlertItem:
    """The item on the topic that this person has said."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(ALERTS, 0)])
    deadline = time.monotonic() + 20
    try:
        while time.monotonic() < deadline:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    for item in msgspec.json.decode(record.value, type=list[AlertItem]):
                        if isinstance(item, Acknowledgement | Silence) and item.by == by:
                            return item
    finally:
        await consumer.stop()
    raise AssertionError(f"{by} has said nothing")


@pytest.mark.usefixtures("database")
def test_an_acknowledgement(kafka: str, capsys: pytest.CaptureFixture[str]) -> None:
    me = uuid.uuid4().hex
    assert run(["alerts", "ack", "i1", "--by", me, "--comment", "on it"]) == Exit.OK
    assert capsys.readouterr().out == f"i1 is acknowledged by {me}\n"
    item = asyncio.run(said(kafka, me))
    assert isinstance(item, Acknowledgement)
    assert (item.alert_id, item.comment) == ("i1", "on it")
    assert run(["alerts", "ack", "i2"]) == Exit.USAGE
    assert "i2: no such alert" in capsys.readouterr().err


#: Arguments that can't be used, and what is said of them.
UNUSABLE = [
    ([], "say what to silence"),
    (["--all"], "--for takes a duration"),
    (["--where", "contry=DE", "--for", "2h"], "--where takes DIMENSION=VALUE"),
    (["--where", "country", "--for", "2h"], "--where takes DIMENSION=VALUE"),
    (["--all", "--for", "2x"], "--for takes a duration"),
    (["--end", "nothing"], "nothing: no such silence"),
]


@pytest.mark.usefixtures("database")
def test_a_silence_and_its_end(kafka: str, capsys: pytest.CaptureFixture[str]) -> None:
    me, again = uuid.uuid4().hex, uuid.uuid4().hex
    where = ["--where", "country=DE", "--where", "account_sid=AC1"]
    assert run(["alerts", "silence", *where, "--for", "1h30m", "--by", me]) == Exit.OK
    item = asyncio.run(said(kafka, me))
    assert isinstance(item, Silence)
    assert item.where == {"country": "DE", "account_sid": "AC1"}
    assert item.until - item.since == 5400
    assert f"silence {item.id} lasts until " in capsys.readouterr().out
    assert run(["alerts", "silence", "--end", "s1", "--by", again]) == Exit.OK
    ended = asyncio.run(said(kafka, again))
    assert isinstance(ended, Silence)
    assert (ended.id, ended.since, ended.where) == ("s1", 1_760_000_000, {"country": "DE"})
    assert ended.until <= time.time()
    for arguments, problem in UNUSABLE:
        assert run(["alerts", "silence", *arguments]) == Exit.USAGE
        assert problem in capsys.readouterr().err


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


async def test_channels_can_be_tried(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notifier.toml"
    channel = '[[channels]]\nname = "{}"\ntype = "webhook"\nurl = "{}/{}"\n'
    urls = [("a", receiver.url), ("b", "http://127.0.0.1:1")]
    file.write_text("".join(channel.format(name, url, name) for name, url in urls))
    tried = ["alerts", "test", "--config", str(file)]
    assert await asyncio.to_thread(run, [*tried, "--channel", "a"]) == Exit.OK
    assert capsys.readouterr().out == "a: test: sent\na: resolved: sent\n"
    assert [got.json["transition"] for got in receiver.got] == ["test", "resolved"]
    assert len({got.json["key"] for got in receiver.got}) == 1
    assert await asyncio.to_thread(run, tried) == Exit.DIFFERENT
    assert "b: test: later (can't connect)" in capsys.readouterr().out
    assert await asyncio.to_thread(run, [*tried, "--channel", "c"]) == Exit.USAGE
