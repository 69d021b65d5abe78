from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.errors import ConfigurationError
from sinks.clickhouse import connect
from sinks.migrations import migrate, pending
from sinks.migrations.scripts import shipped
from sinks.statements import statements

if TYPE_CHECKING:
    from pipeline.settings import ClickHouseSettings


def test_a_new_database_gets_every_migration_once(empty: ClickHouseSettings) -> None:
    names = [script.name for script in shipped()]
    assert pending(empty) == names
    assert migrate(empty) == names
    assert pending(empty) == []
    assert migrate(empty) == []


def test_a_changed_file_is_refused(database: ClickHouseSettings) -> None:
    first, *others = shipped()
    changed = msgspec.structs.replace(first, text=first.text + "\n-- more")
    with pytest.raises(ConfigurationError, match=r"0001_events .* was changed"):
        migrate(database, [changed, *others])


def test_a_database_of_a_newer_version_is_refused(database: ClickHouseSettings) -> None:
    with pytest.raises(ConfigurationError, match="is unknown here"):
        migrate(database, shipped()[:-1])


def test_a_run_that_was_cut_short_is_completed(empty: ClickHouseSettings) -> None:
    migrate(empty, shipped()[:2])
    with connect(empty) as client:
        client.command(shipped()[2].statements(empty.database)[0])
    assert migrate(empty) == [script.name for script in shipped()[2:]]


def test_the_views_have_their_public_columns_each_with_a_comment(
    database: ClickHouseSettings,
) -> None:
    public = {
        "events": "event_id event_type event_time received_at product account_sid subject_sid "
        "status error_code channel country to_hash to_masked from_address messaging_service_sid "
        "verify_service_sid tags schema_version payload kafka_topic kafka_partition kafka_offset "
        "kafka_index",
        "messages": "account_sid message_sid queued_at sent_at finished_at outcome read_at "
        "error_code error_class latency_ms channel country messaging_service_sid to_hash "
        "to_masked events contradictory",
        "delivery_windows": "window_start window_seconds account_sid product channel service_sid "
        "country error_class sent delivered undelivered failed canceled unknown delivery_rate "
        "rate_low rate_high p50_latency_ms p95_latency_ms",
        "dead_letters": "reason kafka_topic kafka_partition kafka_offset kafka_index "
        "received_at original",
    }
    with connect(database) as client:
        for view, columns in public.items():
            described = client.query(f"DESCRIBE TABLE {view}").named_results()
            found = {row["name"]: row["comment"] for row in described}
            assert list(found)[: len(columns.split())] == columns.split()
            assert all(found.values()), view


def test_statements_end_at_semicolons_and_comments_are_dropped() -> None:
    assert statements("-- a;\nSELECT\n  1; \n\nSELECT ';';\n") == ["SELECT\n  1", "SELECT ';'"]
