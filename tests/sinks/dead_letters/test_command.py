"""The command against a real broker and engine: what it finds, sends again and writes down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.cli.main import run
from pipeline.items.dead_letter import DeadLetter
from pipeline.topics import ensure_topics
from sinks.clickhouse import connect
from tests.sinks.events import message
from tests.sinks.stand import RECEIVED_AT
from tests.sinks.test_commands import use

if TYPE_CHECKING:
    from tests.sinks.stand import Stand

ACTIONS = (
    "SELECT action, origin, actor, to_offset FROM dead_letter_actions ORDER BY acted_at, action"
)


@pytest.fixture
def called(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Called:
    use(monkeypatch, stand.config.clickhouse, writer=True)
    servers = stand.config.kafka.bootstrap_servers
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", servers)
    return Called(capsys)


class Called:
    """The command, as typed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    async def __call__(self, *arguments: str) -> tuple[int, list[str]]:
        self._capsys.readouterr()
        code = await asyncio.to_thread(run, ["dead-letters", *arguments])
        said = self._capsys.readouterr()
        return code, (said.out + said.err).splitlines()


def mend(stand: Stand, statement: str) -> None:
    with connect(stand.config.clickhouse) as client:
        client.command(f"ALTER TABLE events_store {statement}")


async def test_refused_events_are_stored_by_a_replay_once_the_table_takes_them(
    stand: Stand, called: Called
) -> None:
    mend(stand, "ADD CONSTRAINT c CHECK subject_sid != 'SM7'")
    await stand.put(stand.raw, message("sent", number=6), message("sent", number=7), partition=1)
    origin = f"{stand.raw}/1/0/1"
    async with stand.running():
        await stand.eventually(lambda: stand.rows("SELECT count() FROM dead_letters") == [(1,)])
        code, listed = await called("list", "--reason", "not_storable")
        assert (code, len(listed)) == (0, 2)
        assert listed[1].split("\t")[0::4] == [origin, "new"]
        _, shown = await called("show", origin)
        assert f"original: {message('sent', number=7).decode()}" in shown

        assert (await called("replay", origin, "--dry-run"))[1][-1] == "1 letters would be replayed"
        assert await called("replay", origin, "--as", "eve") == (0, ["1 letters replayed"])
        again = f"{stand.raw}/1/1/0"
        await stand.eventually(lambda: stand.rows("SELECT count() FROM dead_letters") == [(2,)])
        _, listed = await called("list")
        assert [line.split("\t")[0::5] for line in listed[1:]] == [
            [origin, ""], [again, origin],
        ]  # fmt: skip
        assert [line.split("\t")[4] for line in listed[1:]] == ["failed again", "new"]

        mend(stand, "DROP CONSTRAINT c")
        assert await called("replay", "--all", "--as", "eve") == (0, ["1 letters replayed"])
        assert await called("replay", "--all") == (0, ["0 letters replayed"])
        await stand.eventually(lambda: stand.rows("SELECT count() FROM events") == [(2,)])
    assert stand.rows("SELECT event_id, kafka_offset FROM events ORDER BY 1") == [
        ("EZ6sent", 0), ("EZ7sent", 2),
    ]  # fmt: skip
    assert sorted(stand.rows(ACTIONS)) == [
        ("replayed", origin, "eve", 1), ("replayed", again, "eve", 2),
        ("replaying", origin, "eve", -1), ("replaying", again, "eve", -1),
    ]  # fmt: skip


async def test_what_the_webhook_refused_goes_the_webhooks_way(stand: Stand, called: Called) -> None:
    await ensure_topics(stand.config.kafka)
    for original in (message("sent", number=9), b'{"no":"id"}'):
        letter = DeadLetter(
            reason="not_an_event", detail="", source="ingest", received_at=RECEIVED_AT,
            original=original,
        )  # fmt: skip
        await stand.put(stand.dead_letters, msgspec.json.encode(letter))
    async with stand.running():
        await stand.all_stored()
    code, said = await called("replay", "--source", "ingest")
    assert (code, said[0]) == (1, "1 letters replayed")
    assert said[1].startswith("1 not replayed: not a JSON object")
    states = [line.split("\t")[4] for line in (await called("list"))[1][1:]]
    assert sorted(states) == ["new", "replayed"]
    assert await called("discard", "--state", "new") == (0, ["1 letters discarded"])
    states = [line.split("\t")[4] for line in (await called("list"))[1][1:]]
    assert sorted(states) == ["discarded", "replayed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replay"], "say which letters to replay"),
        (["discard", "--state", "old"], "--state takes new"),
        (["list", "--since", "soon"], "--since takes a date"),
    ],
)
async def test_what_cannot_be_meant_is_said_in_one_line(
    called: Called, arguments: list[str], said: str
) -> None:
    code, lines = await called(*arguments)
    assert code == 2
    assert len(lines) == 1
    assert said in lines[0]
