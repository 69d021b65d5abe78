from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import UnavailableError
from pipeline.settings import RetentionSettings, load
from sinks.access import PUBLIC_TABLES
from sinks.retention import apply, found, rules

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from pipeline.settings import ClickHouseSettings


def test_every_rule_is_applied_once_and_then_found(database: ClickHouseSettings) -> None:
    wanted = rules(load(RetentionSettings, events_days=90, payload_days=7, windows_days=0))
    changed = {rule.what for rule in apply(database, wanted)}
    assert changed >= {"events_store", "events_store.payload", "messages_store", "erasures"}
    assert apply(database, wanted) == []
    present = found(database, wanted)
    assert present["events_store"] == "toDateTime(received_at) + toIntervalDay(90)"
    assert present["events_store.payload"] == "toDateTime(received_at) + toIntervalDay(7)"
    assert present["messages_store"] == "stored_at + toIntervalDay(90)"
    assert present["windows_store"] == ""


def test_zero_takes_an_end_back(database: ClickHouseSettings) -> None:
    apply(database, rules(load(RetentionSettings)))
    wanted = rules(load(RetentionSettings, events_days=0, payload_days=0, windows_days=0))
    changed = {rule.what for rule in apply(database, wanted)}
    assert {"events_store", "events_store.payload", "windows_store"} <= changed
    assert apply(database, wanted) == []


def test_what_is_too_old_goes_whatever_time_an_event_says(
    database: ClickHouseSettings, client: Client
) -> None:
    now = int(time.time())
    insert = (
        "INSERT INTO events_store (account_sid, product, event_time, timed, dedup_id, received_at,"
        " payload) SELECT 'AC', 'messaging', {event:UInt32}, true, {id:String}, {got:UInt32}, 'x'"
    )
    for name, event, received in (
        ("late", now - 900 * 86_400, now),
        ("old", now, now - 91 * 86_400),
        ("bare", now, now - 8 * 86_400),
    ):
        client.command(insert, parameters={"event": event, "id": name, "got": received})
    apply(database, rules(load(RetentionSettings, events_days=90, payload_days=7)))
    client.command("OPTIMIZE TABLE events_store FINAL")
    rows = client.query("SELECT dedup_id, payload FROM events_store ORDER BY 1").result_rows
    assert rows == [("bare", ""), ("late", "x")]


def test_a_database_without_tables_is_told_of(empty: ClickHouseSettings) -> None:
    there = empty.model_copy(update={"database": "default"})
    with pytest.raises(UnavailableError, match="twilio-pipeline migrate"):
        found(there, rules(load(RetentionSettings)))


def test_no_table_is_forgotten(client: Client) -> None:
    tables = client.query(
        "SELECT name FROM system.tables WHERE database = currentDatabase()"
        " AND engine LIKE '%MergeTree'"
    ).result_rows
    ruled = {rule.table for rule in rules(load(RetentionSettings))}
    nobodys = {*PUBLIC_TABLES, "processor_settings", "migrations_lock"}
    assert {name for (name,) in tables} - nobodys == ruled
