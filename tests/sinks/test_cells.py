"""Window and funnel cells add up, and outcomes are one row each, without the number."""

from __future__ import annotations

import msgspec
import pytest

from pipeline.items.outcome import Outcome
from pipeline.privacy import Pseudonymizer
from sinks.clickhouse import connect
from sinks.tables.outcomes import OUTCOMES, OutcomeRows
from sinks.tables.windows import window_row
from tests.sinks.cells import START, funnel, put_funnel, put_windows, window
from tests.sinks.events import PERSON
from tests.sinks.shelf import HASH, Shelf
from tests.sinks.stand import HASH_KEY

LENGTHS = (60, 300, 3600, 86400)


def outcome(**changed: object) -> Outcome:
    known = Outcome(
        id="SM1/failed",
        kind="failed",
        product="messaging",
        subject_sid="SM1",
        account_sid="AC1",
        service_sid="MG1",
        verification_sid="",
        verification_status="",
        verification_started_at=0,
        channel="sms",
        country="US",
        error_code=30003,
        error_class="transient",
        to=PERSON,
        sent_at=START * 1000,
        decided_at=START * 1000 + 500,
        received_at=START * 1000 + 800,
        has_fallback=False,
        tags={"purpose": "otp"},
        source_topic="twilio.messaging",
        source_partition=1,
        source_offset=7,
    )
    return msgspec.structs.replace(known, **changed)


async def test_windows_add_up_over_partitions_and_carriers(shelf: Shelf) -> None:
    cells = (
        window("310260", 0, 9, 2, 1),
        window("310260", 1, 4, 1, 0),
        window("310410", 0, 5, 0, 2),
    )
    await put_windows(shelf, window("310260", 0, 3, 0, 3), *cells)
    await put_windows(shelf, *cells)
    columns = "window_seconds, toUnixTimestamp(window_start), sent, delivered, unknown, read"
    whole = f"SELECT {columns}, round(p95_latency_ms) FROM delivery_windows ORDER BY 1"  # noqa: S608
    starts = (START + 60, START, START, START)
    expected = [(s, at, 6, 3, 3, 2, 3012.0) for s, at in zip(LENGTHS, starts, strict=True)]
    assert shelf.rows(whole) == expected
    parts = """SELECT carrier, sender_type, sent, delivery_rate FROM delivery_windows_by_carrier
        WHERE window_seconds = 3600 ORDER BY carrier"""
    assert shelf.rows(parts) == [("310260", "long_code", 4, 1.0), ("310410", "long_code", 2, None)]


@pytest.mark.parametrize("seconds", LENGTHS)
async def test_a_filter_on_windows_reads_one_length_by_the_tables_key(
    shelf: Shelf, seconds: int
) -> None:
    await put_windows(shelf, window("", 0, 1, 1, 0))
    plan = "\n".join(
        line
        for (line,) in shelf.rows(
            f"""EXPLAIN indexes = 1 SELECT * FROM delivery_windows
            WHERE window_seconds = {seconds} AND account_sid = 'AC1'
                AND window_start >= toDateTime({START}, 'UTC')"""  # noqa: S608
        )
    )
    assert plan.count("PrimaryKey") == 1
    _, condition = plan[plan.index("PrimaryKey") :].split("Condition: ", 1)
    condition = condition.splitlines()[0]
    assert f"toStartOfInterval(window_start, {seconds}) in [{START}, +Inf)" in condition
    assert "account_sid in ['AC1', 'AC1']" in condition
    assert "window_seconds in [60, 60]" in condition


async def test_the_funnel_adds_up(shelf: Shelf) -> None:
    await put_funnel(shelf, funnel(0, 1, 0, 4), funnel(0, 6, 3, 1), funnel(1, 2, 1))
    sql = """
        SELECT window_seconds, started, pending, approved, expired, delivered, attempts, repeated,
            round(approval_rate, 4), round(rate_low, 4), round(rate_high, 4),
            round(p50_seconds_to_approve, 1)
        FROM verify_funnel ORDER BY 1"""
    figures = (7, 1, 4, 2, 4, 8, 2, 0.6667, 0.3, 0.9032, 10.0)
    assert shelf.rows(sql) == [(seconds, *figures) for seconds in LENGTHS]


async def test_an_outcome_told_twice_is_one_row_without_the_number(shelf: Shelf) -> None:
    maker = OutcomeRows(Pseudonymizer(HASH_KEY.encode()))
    told = outcome()
    silent = outcome(id="SM2/silent", kind="silent", subject_sid="SM2", sent_at=0, error_code=0)
    for item in (told, told, silent):
        row = maker.row(msgspec.Raw(msgspec.json.encode(item)), 0, shelf.place())
        await shelf.insert(OUTCOMES.name, [row])
    sql = """
        SELECT id, kind, toString(decided_at), toString(received_at), toString(sent_at),
            verification_started_at, to_hash, to_masked, error_code,
            tags, source_offset
        FROM outcomes ORDER BY id"""
    decided, heard, hashed = "2026-01-01 00:00:00.500", "2026-01-01 00:00:00.800", HASH(PERSON)
    tags = {"purpose": "otp"}
    assert shelf.rows(sql) == [
        ("SM1/failed", "failed", decided, heard, "2026-01-01 00:00:00.000", None, hashed,
         "+15*******02", 30003, tags, 7),
        ("SM2/silent", "silent", decided, heard, None, None, hashed, "+15*******02", 0, tags, 7),
    ]  # fmt: skip
    with connect(shelf.settings) as client:
        everything = client.raw_query("SELECT * FROM outcomes_store FORMAT JSONEachRow")
    assert PERSON.encode() not in everything


@pytest.mark.parametrize(
    "wrong",
    [
        {"window_start": -1},
        {"source_partition": 1 << 31},
        {"latency_counts": [1, 2]},
        {"latency_buckets": [1 << 16]},
        {"latency_counts": [-1]},
    ],
    ids=str,
)
def test_a_cell_no_column_can_hold_is_refused(wrong: dict[str, object]) -> None:
    cell = msgspec.structs.replace(window("", 0, 1, 1, 0), **wrong)
    with pytest.raises(ValueError, match="out of range"):
        window_row(msgspec.Raw(msgspec.json.encode(cell)), 0, ("t", 0, 0, 0))
