from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.items.dead_letter import DeadLetter
from pipeline.privacy import Pseudonymizer
from pipeline.twilio.event import read_event
from tests.sinks.events import PERSON, message
from tests.sinks.stand import HASH_KEY, RECEIVED_AT

if TYPE_CHECKING:
    from tests.sinks.stand import Stand

SAMPLES = Path(__file__).parents[1] / "samples"
# A form-encoded callback of another product, and a test vector of the signature.
NO_EVENTS = {"23-classic-status-callback.form.json", "signature-vector.json"}


def sample_elements() -> list[bytes]:
    found = []
    for path in sorted(SAMPLES.rglob("*.json")):
        if path.name not in NO_EVENTS:
            body = msgspec.json.decode(path.read_bytes())
            found += [msgspec.json.encode(e) for e in (body if isinstance(body, list) else [body])]
    return found


async def test_every_sample_is_found_with_what_could_be_read(stand: Stand) -> None:
    elements = sample_elements()
    assert len(elements) == 19
    for element in elements:
        await stand.put(stand.raw, element)
    # Some of the documented samples have one id: of these the last to be stored is kept.
    expected: dict[str, list[tuple[object, ...]]] = {}
    for element in elements:
        event = read_event(element, RECEIVED_AT)
        read = (
            event.event_id,
            event.event_type,
            event.event_time,
            event.product,
            event.account_sid,
            event.subject_sid,
            event.status,
            event.error_code,
            event.channel,
            event.country,
            event.schema_version,
            event.tags,
        )
        expected.setdefault(event.dedup_id, []).append(read)
    sql = """
        SELECT dedup_id, event_id, event_type, toUnixTimestamp64Milli(event_time), product,
            account_sid, subject_sid, status, error_code, channel, country, schema_version, tags
        FROM events"""
    async with stand.running():
        await stand.eventually(lambda: len(stand.rows(sql)) >= len(expected))
    found = {str(row[0]): tuple(row[1:]) for row in stand.rows(sql)}
    assert found.keys() == expected.keys()
    for dedup_id, row in found.items():
        assert row in expected[dedup_id]


async def test_redeliveries_collapse_even_without_a_time(stand: Stand) -> None:
    timeless = b'{"id":"E1","type":"com.twilio.new.thing"}'
    for _ in range(2):
        await stand.put(stand.raw, timeless, message("sent"))
    async with stand.running():
        await stand.all_stored()
    assert stand.rows("SELECT event_id FROM events ORDER BY 1") == [("E1",), ("EZ1sent",)]
    assert stand.rows("SELECT events FROM messages") == [(1,)]


async def test_a_message_is_joined_whatever_the_order(stand: Stand) -> None:
    await stand.put(
        stand.raw, message("failed", errorCode=30007, time="2026-01-01T00:00:09Z", number=2)
    )
    await stand.put(stand.raw, message("delivered", time="2026-01-01T00:00:07.500Z"))
    await stand.put(stand.raw, message("sent"), message("sent", number=2), message("sent"))
    sql = """
        SELECT message_sid, outcome, error_code, error_class, latency_ms, events, contradictory,
            toString(sent_at), toString(finished_at), country, queued_at
        FROM messages ORDER BY message_sid"""
    async with stand.running():
        await stand.eventually(lambda: stand.rows("SELECT count() FROM events") == [(4,)])
    sent = "2026-01-01 00:00:05.000"
    assert stand.rows(sql) == [
        ("SM1", "delivered", 0, "", 2500, 2, False, sent, "2026-01-01 00:00:07.500", "US", None),
        ("SM2", "failed", 30007, "filtered", None, 2, False, sent, "2026-01-01 00:00:09.000",
         "US", None),
    ]  # fmt: skip


async def test_people_are_pseudonymous_and_texts_are_gone(stand: Stand) -> None:
    inbound = message("sent", number=2, body="my code is 123456").replace(
        b"message.sent", b"inbound-message.received"
    )
    nested = msgspec.json.encode({"Body": "code 123456", "keep": [1]}).decode()
    await stand.put(stand.raw, inbound, message("sent", body="code 123456", payload=nested))
    async with stand.running():
        await stand.eventually(lambda: stand.rows("SELECT count() FROM events") == [(2,)])
    hashed = Pseudonymizer(HASH_KEY.encode()).hash
    rows = stand.rows(
        "SELECT product, to_hash, to_masked, from_hash, from_address FROM events ORDER BY from_hash"
    )
    assert rows == [
        ("messaging", hashed(PERSON), "+15*******02", "", "+15550100001"),
        ("messaging", hashed(PERSON), "+15*******02", hashed("+15550100001"), "+15*******01"),
    ]
    assert stand.rows("SELECT count() FROM events WHERE payload LIKE '%123456%'") == [(0,)]
    assert stand.rows("SELECT count() FROM events WHERE payload LIKE '%keep%'") == [(1,)]


async def test_what_is_no_event_becomes_a_dead_letter_alone(stand: Stand) -> None:
    array = await stand.put(stand.raw, message("sent"), b'{"no":"id"}', message("delivered"))
    broken = await stand.put_value(stand.raw, b"\xff not json", partition=1)
    await stand.put(stand.windows, b'{"window_start":-5}')
    await stand.put(stand.dead_letters, b"7")
    sql = """
        SELECT reason, kafka_topic, kafka_partition, kafka_offset, kafka_index, hex(original),
            toUnixTimestamp64Milli(received_at)
        FROM dead_letters ORDER BY reason, original"""
    async with stand.running():
        await stand.eventually(lambda: len(stand.rows(sql)) == 4)
        await stand.eventually(lambda: stand.rows("SELECT count() FROM events") == [(2,)])
    when = RECEIVED_AT
    assert stand.rows(sql) == [
        ("not_an_array", stand.raw, 1, broken, -1, b"\xff not json".hex().upper(), when),
        ("not_an_event", stand.raw, 0, array, 1, b'{"no":"id"}'.hex().upper(), when),
        ("not_storable", stand.dead_letters, 0, 0, 0, b"7".hex().upper(), when),
        ("not_storable", stand.windows, 0, 0, 0, b'{"window_start":-5}'.hex().upper(), when),
    ]


async def test_a_letter_told_twice_is_one_row_and_the_ingresss_keep_apart(stand: Stand) -> None:
    letter = DeadLetter(
        reason="not_an_event", detail="", source="sink", kafka_topic="t", kafka_partition=0,
        kafka_offset=5, kafka_index=0, received_at=RECEIVED_AT, original=b"x",
    )  # fmt: skip
    refused = DeadLetter(
        reason="not_an_event", detail="", source="ingest", received_at=RECEIVED_AT, original=b"y"
    )
    for item in (letter, letter, refused, refused):
        await stand.put(stand.dead_letters, msgspec.json.encode(item))
    async with stand.running():
        await stand.all_stored()
    rows = stand.rows("SELECT original, count() FROM dead_letters GROUP BY original ORDER BY 1")
    assert rows == [("x", 1), ("y", 2)]


@pytest.mark.parametrize("time", ["1900-01-02T00:00:00Z", "2299-01-01T00:00:00Z"])
async def test_events_of_any_time_are_stored(stand: Stand, time: str) -> None:
    years = [message("sent", number=n, time=f"{1950 + n}-05-01T00:00:00Z") for n in range(150)]
    await stand.put(stand.raw, *years, message("sent", number=999, time=time))
    async with stand.running():
        await stand.eventually(lambda: stand.rows("SELECT count() FROM events") == [(151,)])
    assert stand.rows("SELECT uniqExact(toYear(event_time)) FROM events") == [(151,)]
