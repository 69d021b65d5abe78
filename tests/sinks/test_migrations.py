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
    assert [script.name for script in pending(empty)] == names
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


#: The views' names and first columns are public: they never change.
PUBLIC = {
    "events": "event_id event_type event_time received_at product account_sid subject_sid status "
    "error_code channel country to_hash to_masked from_address messaging_service_sid "
    "verify_service_sid tags schema_version payload kafka_topic kafka_partition kafka_offset "
    "kafka_index",
    "events_by_type": "day event_type product known stage events",
    "messages": "account_sid message_sid queued_at sent_at finished_at outcome read_at error_code "
    "error_class latency_ms channel country messaging_service_sid to_hash to_masked events "
    "contradictory",
    "verify_attempts": "account_sid attempt_sid verification_sid sent_at finished_at outcome",
    "verifications": "verification_sid service_sid account_sid started_at finished_at status "
    "channels attempts delivered_attempts seconds_to_approve country to_hash",
    "calls": "call_sid account_sid started_at answered_at ended_at outcome duration_s error_code "
    "direction",
    "errors": "event_time error_code level product resource_sid correlation_sid description",
    "delivery_windows": "window_start window_seconds account_sid product channel service_sid "
    "country error_class sent delivered undelivered failed canceled unknown delivery_rate "
    "rate_low rate_high p50_latency_ms p95_latency_ms read",
    "delivery_windows_by_carrier": "window_start window_seconds account_sid product channel "
    "service_sid country carrier sender_type error_class sent delivered undelivered failed "
    "canceled unknown delivery_rate rate_low rate_high p50_latency_ms p95_latency_ms read",
    "verify_funnel": "window_start window_seconds account_sid service_sid country channel started "
    "pending approved canceled expired max_attempts delivered attempts repeated approval_rate "
    "rate_low rate_high p50_seconds_to_approve p95_seconds_to_approve",
    "outcomes": "decided_at kind product subject_sid account_sid service_sid verification_sid "
    "verification_status verification_started_at channel country error_code error_class to_hash "
    "to_masked sent_at received_at has_fallback tags id",
    "alerts": "alert_id state kind severity title started_at fired_at updated_at resolved_at "
    "reason product account_sid channel service_sid country carrier sender_type slice usual_rate "
    "rate rate_low rate_high messages affected codes code_messages likely suggestion sql evidence "
    "threshold transitions acknowledged_at acknowledged_by silenced",
    "alert_transitions": "alert_id transition at state kind severity title reason slice",
    "alert_silences": "silence_id since until where told_by told_at comment",
    "alert_deliveries": "delivery_id alert_id channel transition state attempts at next_at reason "
    "dedup_key",
    "notices": "notice_id at rule severity account_sid service_sid error_code title failures sql",
    "fallback_steps": "heard_at plan_id at step attempt state action channel reason reference "
    "due_at price policy dry_run product account_sid service_sid subject_sid verification_sid "
    "cause error_code error_class first_channel country id",
    "fallbacks": "heard_at plan_id product account_sid service_sid verification_sid subject_sid "
    "country first_channel cause error_code error_class policy dry_run state reason result "
    "planned_at dispatched_at sent_at finished_at latency_ms price step_actions step_channels "
    "step_states step_reasons step_references",
    "delivery_latencies": "window_start account_sid product channel service_sid country carrier "
    "sender_type latency_ms messages",
    "usage": "day account_sid category count usage price currency",
    "message_costs": "account_sid message_sid sent_at direction channel country "
    "messaging_service_sid segments price currency",
    "former_hashes": "former_hash to_hash seen_at",
    "dead_letter_actions": "acted_at actor run_id action origin reason",
    "dead_letters": "reason kafka_topic kafka_partition kafka_offset kafka_index received_at "
    "original",
}


def test_the_views_have_their_public_columns_each_with_a_comment(
    database: ClickHouseSettings,
) -> None:
    found: dict[str, dict[str, str]] = {}
    sql = """
        SELECT table, name, comment FROM system.columns
        WHERE database = currentDatabase() AND table IN (
            SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View'
        )
        ORDER BY table, position"""
    with connect(database) as client:
        for view, column, comment in client.query(sql).result_rows:
            found.setdefault(view, {})[column] = comment
    assert found.keys() == PUBLIC.keys()
    for view, columns in PUBLIC.items():
        assert list(found[view])[: len(columns.split())] == columns.split(), view
        assert all(found[view].values()), view


def test_every_view_says_what_a_row_is(database: ClickHouseSettings) -> None:
    sql = "SELECT name FROM system.tables WHERE database = currentDatabase() AND comment = ''"
    with connect(database) as client:
        silent = {name for (name,) in client.query(sql).result_rows}
    assert not silent & PUBLIC.keys()


def test_statements_end_at_semicolons_and_comments_are_dropped() -> None:
    assert statements("-- a;\nSELECT\n  1; \n\nSELECT ';';\n") == ["SELECT\n  1", "SELECT ';'"]
