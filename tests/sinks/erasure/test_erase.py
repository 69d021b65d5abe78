from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.cli.main import run
from pipeline.items.dead_letter import DeadLetter
from pipeline.privacy import Pseudonymizer
from sinks.erasure import PLACES, count, erase
from sinks.erasure.sql import load_sql
from tests.sinks.events import PERSON, message
from tests.sinks.stand import HASH_KEY, RECEIVED_AT
from tests.sinks.test_commands import use

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from tests.sinks.stand import Stand

OTHER = "+15550100009"
PEOPLE = Pseudonymizer(HASH_KEY.encode()).all_hashes(PERSON)


def letter(original: bytes) -> bytes:
    return msgspec.json.encode(
        DeadLetter(
            reason="not_an_event", detail="", source="ingest", received_at=RECEIVED_AT,
            original=original,
        )
    )  # fmt: skip


async def fill(stand: Stand) -> None:
    """Two of one person's messages, another's, a call somebody made and a letter about both."""
    await stand.put(stand.raw, message("sent"), message("delivered", tags={"user": "u1"}))
    await stand.put(stand.raw, message("sent", number=2, to=OTHER))
    inbound = message("sent", number=3, to="+15550100077", **{"from": PERSON})
    await stand.put(stand.raw, inbound.replace(b"message.sent", b"inbound-message.received"))
    await stand.put(stand.dead_letters, letter(f'{{"to":"{PERSON}"}}'.encode()), letter(b"{}"))
    async with stand.running():
        await stand.all_stored()


async def test_nothing_of_the_person_is_left_and_the_counts_are_the_same(stand: Stand) -> None:
    await fill(stand)
    clickhouse = stand.config.clickhouse
    before = count(clickhouse, PEOPLE)
    assert (before["events"], before["messages"], before["dead_letters"]) == (3, 1, 1)
    assert before["clear_numbers"] == 1
    totals = stand.rows("SELECT count(), sum(events) FROM messages")
    done, left = erase(clickhouse, PEOPLE, lambda _done, _total: None, lambda _seconds: None)
    assert done == before
    assert set(left.values()) == {0}
    assert stand.rows("SELECT count(), sum(events) FROM messages") == totals
    personal = "SELECT to_hash, to_masked, payload, tags FROM events WHERE subject_sid = 'SM1'"
    assert stand.rows(personal) == [("", "", "", {})] * 2
    assert len(stand.rows("SELECT 1 FROM events WHERE to_hash != ''")) == 1
    assert stand.rows("SELECT number FROM clear_numbers ORDER BY 1") == [
        ("+15550100009",), ("+15550100077",),
    ]  # fmt: skip
    assert sorted(stand.rows("SELECT original FROM dead_letters")) == [("",), ("{}",)]


async def test_what_comes_once_more_comes_without_the_person(stand: Stand) -> None:
    await fill(stand)
    clickhouse = stand.config.clickhouse
    erase(clickhouse, PEOPLE, lambda _done, _total: None, lambda _seconds: None)
    later = "2099-01-01T00:00:00Z"
    await stand.put(
        stand.raw, message("sent"), message("read"), message("queued", number=2, to=OTHER)
    )
    await stand.put(stand.raw, message("sent", number=8, time=later))
    async with stand.running():
        await stand.all_stored()
    rows = stand.rows(f"SELECT subject_sid FROM events WHERE to_hash = '{PEOPLE[0]}'")  # noqa: S608
    assert rows == [("SM8",)], "only what happened after the erasure knows the person"
    assert stand.rows("SELECT events FROM messages WHERE message_sid = 'SM1'") == [(3,)]


async def test_the_command_counts_first_and_erases_when_told(
    stand: Stand, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(stand)
    use(monkeypatch, stand.config.clickhouse, writer=True)
    servers = stand.config.kafka.bootstrap_servers
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", servers)
    monkeypatch.setenv("TWILIO_PIPELINE_PRIVACY_HASH_KEY", HASH_KEY)
    capsys.readouterr()
    assert run_in_thread(["erase", "--to", f"whatsapp:{PERSON}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "would erase events: 3 rows" in lines
    assert "nothing was changed: add --yes to erase +15*******02" in lines
    assert run_in_thread(["erase", "--to", PERSON, "--yes"]) == 0
    out = capsys.readouterr().out
    assert "erased events: 3 rows" in out
    assert PERSON not in out
    assert run_in_thread(["erase", "--to", "+1"]) == 2
    assert "takes a number" in capsys.readouterr().err


def run_in_thread(arguments: list[str]) -> int:
    """The command has an event loop of its own."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(run, arguments).result()


def test_no_table_with_people_is_forgotten(client: Client) -> None:
    tables = client.query(
        "SELECT DISTINCT columns.table FROM system.columns AS columns"
        " JOIN system.tables AS tables ON tables.database = columns.database"
        " AND tables.name = columns.table WHERE columns.database = currentDatabase()"
        " AND tables.engine LIKE '%MergeTree'"
        " AND columns.name IN ('to_hash', 'from_hash', 'to_masked', 'people', 'number')"
    ).result_rows
    erased = {load_sql(place, "d").split()[2].removeprefix("d.") for place in PLACES}
    assert {name for (name,) in tables} - {"erasures"} == erased
