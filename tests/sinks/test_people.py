from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.privacy import Key, Pseudonymizer
from sinks.people import People, without
from sinks.tables.dead_letters import DEAD_LETTERS
from sinks.tables.events import EVENTS
from sinks.tables.outcomes import OUTCOMES
from tests.sinks.events import PERSON, message

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from tests.sinks.stand import Stand

OLD, NEW = Key("", b"an-old-secret-key"), Key("2026-11", b"a-newer-secret-key")
HOUR_MS = 3_600_000


def row(to_hash: str, from_hash: str, at_ms: int) -> tuple[object, ...]:
    values: dict[str, object] = dict.fromkeys(EVENTS.column_names, "x")
    values |= {"to_hash": to_hash, "from_hash": from_hash, "event_time": at_ms, "tags": {"a": "b"}}
    return tuple(values.values())


def shown(table_row: tuple[object, ...]) -> dict[str, object]:
    named = dict(zip(EVENTS.column_names, table_row, strict=True))
    return {name: named[name] for name in ("to_hash", "from_address", "tags", "payload")}


def test_only_what_happened_before_an_erasure_loses_the_person() -> None:
    rows = [row("p", "", 5), row("p", "", 6), row("q", "p", 5), row("q", "", 5)]
    before, after, sent, other = without({"p": 5}, EVENTS, rows)
    gone = {"to_hash": "", "tags": {}, "payload": b""}
    assert shown(before) == {**gone, "from_address": "x"}, "a sender of one's own stays"
    assert shown(sent) == {**gone, "from_address": ""}
    assert (after, other) == (rows[1], rows[3])
    assert without({}, EVENTS, rows) == rows


def test_every_table_with_people_has_a_time_to_compare() -> None:
    names = OUTCOMES.column_names
    values: dict[str, object] = dict.fromkeys(names, "x") | {"to_hash": "p", "decided_at": 1}
    (detached,) = without({"p": 1}, OUTCOMES, [tuple(values.values())])
    assert dict(zip(names, detached, strict=True))["to_masked"] == ""
    assert "to_hash" not in DEAD_LETTERS.column_names


def test_a_person_is_written_once_an_hour_and_known_by_former_hashes(client: Client) -> None:
    person = Pseudonymizer(NEW.secret, NEW.id, [OLD])
    people = People(person, clock=iter(range(0, 1_000, 10)).__next__)
    database = str(client.database)
    now = 1_890_000_000_000
    for at in (now, now + 1, now + HOUR_MS):
        people.note(PERSON, person.hash(PERSON), at, at)
        people.settle(client, database, EVENTS, [])
    numbers = "SELECT to_hash, number FROM clear_numbers"
    assert client.query(numbers).result_rows == [(NEW.hash(PERSON), PERSON)] * 2
    former = "SELECT former_hash, to_hash FROM former_hashes"
    assert client.query(former).result_rows == [(OLD.hash(PERSON), NEW.hash(PERSON))]


def test_numbers_are_kept_only_when_they_may_be(client: Client) -> None:
    person = Pseudonymizer(NEW.secret)
    people = People(person, keep_numbers=False)
    people.note(PERSON, person.hash(PERSON), 1, 1_890_000_000_000)
    people.settle(client, str(client.database), EVENTS, [])
    assert client.query("SELECT count() FROM clear_numbers").result_rows == [(0,)]


def test_what_could_not_be_written_is_written_the_next_time(client: Client) -> None:
    person = Pseudonymizer(NEW.secret)
    people = People(person)
    people.note(PERSON, person.hash(PERSON), 1, 1_890_000_000_000)
    with pytest.raises(Exception, match="nowhere"):
        people.settle(client, "nowhere", EVENTS, [])
    people.settle(client, str(client.database), EVENTS, [])
    assert client.query("SELECT number FROM clear_numbers").result_rows == [(PERSON,)]


async def test_the_clear_number_stands_in_one_table_alone(stand: Stand) -> None:
    text = f"{PERSON} or {PERSON[1:]}, jane@example.com"
    await stand.put(stand.raw, message("sent", note=text, tags={"who": PERSON}))
    async with stand.running():
        await stand.all_stored()
    tables = stand.rows(
        "SELECT name FROM system.tables WHERE database = currentDatabase()"
        " AND engine LIKE '%MergeTree'"
    )
    holding = [
        name
        for (name,) in tables
        if stand.rows(
            f"SELECT 1 FROM {name} WHERE multiSearchAny(toString(tuple(*)), "  # noqa: S608
            f"['{PERSON[1:]}', 'jane@']) LIMIT 1"
        )
    ]
    assert holding == ["clear_numbers"]
