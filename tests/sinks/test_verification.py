from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from pipeline.items.window_cell import WindowCell
from pipeline.settings import LifecycleSettings, load
from sinks.verification import Check, verify
from tests.sinks.events import message

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from tests.sinks.stand import Stand

EVENTS = (
    message("queued", number=1, time="2026-01-01T00:00:01Z"),
    message("sent", number=1, time="2026-01-01T00:00:02Z"),
    message("delivered", number=1, time="2026-01-01T00:00:05Z"),
    message("sent", number=2, time="2026-01-01T00:00:30Z"),
    message("undelivered", number=2, errorCode=30003, time="2026-01-01T00:00:31Z"),
    message("read", number=3, time="2026-01-01T00:01:10Z"),
    message("failed", number=3, errorCode=30007, time="2026-01-01T00:01:12Z"),
    message("queued", number=4, time="2026-01-01T00:01:12Z"),
)
#: The events of these tests are received years after their time.
PATIENT = load(LifecycleSettings, state_horizon_s=10**9)
START = 1_767_225_600  # 2026-01-01 00:00:00 UTC


def cell(
    start: int, error_class: str, partition: int = 0, carrier: str = "", **counts: int
) -> bytes:
    values: dict[str, Any] = {
        "delivered": 0,
        "undelivered": 0,
        "failed": 0,
        "canceled": 0,
        "unknown": 0,
        **counts,
    }
    latency = error_class == "" and start == START
    return msgspec.json.encode(
        WindowCell(
            window_start=start,
            window_seconds=60,
            account_sid="AC1",
            product="messaging",
            channel="sms",
            service_sid="",
            country="US",
            carrier=carrier,
            sender_type="long_code",
            error_class=error_class,
            source_topic="twilio.messaging",
            source_partition=partition,
            version=7,
            read=0,
            sent=sum(values.values()),
            latency_buckets=[401] if latency else [],  # 3,000 ms
            latency_counts=[1] if latency else [],
            **values,
        )
    )


CELLS = (
    cell(START, "", delivered=1),
    cell(START, "transient", undelivered=1),
)


async def fill(stand: Stand, cells: tuple[bytes, ...]) -> None:
    await stand.put(stand.raw, *EVENTS)
    await stand.put(stand.windows, *cells)
    async with stand.running():
        await stand.all_stored()


async def test_what_agrees_is_clean(stand: Stand) -> None:
    await fill(stand, CELLS)
    report = verify(stand.config.clickhouse, PATIENT)
    assert report.checks == [
        Check("messages", 4, 0, []),
        Check("windows", 2, 0, []),
        Check("funnel", 0, 0, []),
    ]
    assert (report.events, report.clean) == (8, True)


async def test_a_planted_difference_in_a_message_is_found(stand: Stand, client: Client) -> None:
    await fill(stand, CELLS)
    client.command("ALTER TABLE messages_store DELETE WHERE message_sid = 'SM2'"
                   " SETTINGS mutations_sync = 1")  # fmt: skip
    messages, windows, _ = verify(stand.config.clickhouse, PATIENT).checks
    assert (messages.differing, windows.differing) == (1, 0)
    (difference,) = messages.first
    assert (difference.key, difference.stored) == ("SM2", "")
    assert "'undelivered'" in difference.from_events


async def test_a_wrong_count_in_a_cell_and_a_cell_too_much_are_found(stand: Stand) -> None:
    await fill(stand, (*CELLS[1:], cell(START, "", delivered=2), cell(START, "fraud", failed=1)))
    messages, windows, _ = verify(stand.config.clickhouse, PATIENT).checks
    assert (messages.differing, windows.differing) == (0, 2)
    assert [bool(each.from_events) for each in windows.first] == [True, False]


async def test_what_came_beyond_the_horizon_is_late_and_no_difference(stand: Stand) -> None:
    await fill(stand, CELLS[1:])
    report = verify(stand.config.clickhouse, load(LifecycleSettings))
    assert report.checks[1] == Check("windows", 1, 0, [], late=1)
    assert report.clean


async def test_a_failure_whose_sending_was_forgotten_is_no_difference(stand: Stand) -> None:
    await stand.put(
        stand.raw,
        message("sent", number=1, time="2026-01-01T00:00:02Z"),
        message("failed", number=1, errorCode=30007, time="2026-01-01T08:00:02Z"),
    )
    forgotten = (
        cell(START + 60, "", unknown=1),
        cell(START + 8 * 3600, "filtered", failed=1),
        cell(START, "", unknown=1),
    )
    for each in forgotten:
        await stand.put(stand.windows, each)
    async with stand.running():
        await stand.all_stored()
    windows = verify(stand.config.clickhouse, load(LifecycleSettings)).checks[1]
    assert (windows.differing, windows.late) == (1, 3)  # the first is of another minute


async def test_cells_of_source_partitions_are_summed_and_superseded(stand: Stand) -> None:
    old = cell(START, "", unknown=1).replace(b'"version":7', b'"version":3')
    await fill(
        stand,
        (cell(START, "", delivered=1), old, cell(START, "", partition=1, delivered=1, unknown=2)),
    )
    rows = stand.rows(
        "SELECT window_seconds, sent, delivered, unknown, delivery_rate, round(rate_low, 4), "
        "round(p95_latency_ms) FROM delivery_windows ORDER BY 1"
    )
    assert rows == [(s, 4, 2, 2, 1.0, 0.3424, 3012.0) for s in (60, 300, 3600, 86400)]


async def test_a_cell_that_knows_nothing_yet_has_no_rate(stand: Stand) -> None:
    await fill(stand, (cell(START + 60, "", unknown=2),))
    rows = stand.rows(
        "SELECT sent, delivery_rate, rate_low, rate_high, p50_latency_ms FROM delivery_windows"
        " WHERE window_seconds = 60"
    )
    assert rows == [(2, None, None, None, None)]


async def test_a_message_never_seen_sent_has_no_latency(stand: Stand) -> None:
    await fill(stand, CELLS)
    sql = "SELECT message_sid, outcome, latency_ms, contradictory FROM messages ORDER BY 1"
    assert stand.rows(sql) == [
        ("SM1", "delivered", 3000, False),
        ("SM2", "undelivered", None, False),
        ("SM3", "delivered", None, True),
        ("SM4", "unknown", None, False),
    ]
