"""Verifications, attempts, calls and errors come out right, whatever happens on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import msgspec
import pytest

from sinks.migrations import migrate
from tests.sinks.events import PERSON, attempt, event, message, verification
from tests.sinks.shelf import HASH

if TYPE_CHECKING:
    from tests.sinks.shelf import Shelf

DAY = "2026-01-01T00:"
SENDS = {
    "count": 3,
    "attempts": [
        {"attempt_sid": "VL11", "channel": "SMS"},
        {"attempt_sid": "VL12", "channel": "CALL"},
    ],
}
VERIFY = (
    verification("pending", 1, f"{DAY}00:00.5Z", created_at=f"{DAY}00:00Z"),
    attempt("sent", 1, "VL11", f"{DAY}00:01Z"),
    attempt("undelivered", 1, "VL11", f"{DAY}00:03Z", error_code="30003"),
    attempt("sent", 1, "VL12", f"{DAY}00:20Z", channel="CALL"),
    attempt("delivered", 1, "VL12", f"{DAY}00:22Z", channel="CALL"),
    attempt("read", 1, "VL12", f"{DAY}00:23Z", channel="CALL"),
    verification(
        "approved",
        1,
        f"{DAY}00:42.5Z",
        created_at=f"{DAY}00:00Z",
        send_code_attempts=SENDS,
        check_attempts={"count": 2},
    ),
    verification("pending", 2, f"{DAY}01:00Z"),
    verification("canceled", 2, f"{DAY}01:30Z"),
    verification("pending", 3, f"{DAY}02:00Z"),
    verification("max-attempts-reached", 3, f"{DAY}02:10Z", check_attempts={"count": 5}),
    verification("expired", 3, f"{DAY}12:00Z"),
    verification("pending", 4, f"{DAY}03:00Z"),
    verification("pending", 5, "2199-01-01T00:00:00Z"),
)
PARAMETERS = {"CallSid": "CA1", "AccountSid": "AC1", "Direction": "outbound-api"}


def callback(status: str, time: str, sid: str = "CA1", **parameters: str) -> bytes:
    told = {**PARAMETERS, "CallSid": sid, "CallStatus": status, **parameters}
    kind = {"in-progress": "answered"}.get(status, status)
    kind = kind if kind in {"initiated", "ringing", "answered"} else "completed"
    data: dict[str, object] = {"sid": sid, "request": {"parameters": told}}
    return event(f"voice.status-callback.call.{kind}", int(sid[2:]), time, data)


def summary(state: str, sid: str, **data: object) -> bytes:
    known = {
        "call_sid": sid,
        "account_sid": "AC1",
        "call_state": state,
        "to": {"callee": PERSON},
        "from": {"caller": "+15550100001"},
        "properties": {"direction": "outbound_api", "last_sip_response_num": 486},
        "start_time": f"{DAY}00:00Z",
        "end_time": f"{DAY}00:12Z",
    }
    kind = "voice.insights.call-summary.complete"
    return event(kind, int(sid[2:]), f"{DAY}02:00Z", known | data)


CALLS = (
    callback("initiated", f"{DAY}00:00Z"),
    callback("ringing", f"{DAY}00:01Z"),
    callback("in-progress", f"{DAY}00:04Z", AnsweredBy="machine_start"),
    callback("completed", f"{DAY}00:12Z", CallDuration="8"),
    summary("completed", "CA1", duration=12),
    summary("noanswer", "CA2", duration=12),
    callback("busy", f"{DAY}00:12Z", sid="CA3", ErrorCode="13225"),
    callback("ringing", f"{DAY}00:05Z", sid="CA4"),
)


def error_entry(number: int, code: str, *, resource: str = "", correlation: str = "") -> bytes:
    data: dict[str, object] = {
        "account_sid": "AC1",
        "level": "WARNING",
        "error_code": code,
        "product_name": "Messaging",
        "correlation_sid": correlation,
        "payload": msgspec.json.encode({"resource_sid": resource}).decode(),
    }
    return event("error-logs.error.logged", number, f"{DAY}00:0{number}Z", data)


async def disturb(shelf: Shelf, events: tuple[bytes, ...], seed: int) -> None:
    """Store events one way or another: disordered, repeated, in pieces, joined again."""
    random = Random(seed)  # noqa: S311  a test's disorder
    mixed = [*events, *random.sample(events, len(events) // 2)]
    random.shuffle(mixed)
    cut = random.randrange(1, len(mixed))
    await shelf.put(*mixed[:cut])
    await shelf.join_again()
    await shelf.put(*mixed[cut:])
    await shelf.put(*events)
    await shelf.join_again()


VERIFICATIONS = """
    SELECT verification_sid, status, toString(started_at), toString(finished_at), channels,
        attempts, delivered_attempts, seconds_to_approve, checks, error_code, end_told, events,
        contradictory, service_sid, account_sid, country, to_hash = '{hash}', first_channel,
        start_told
    FROM verifications ORDER BY verification_sid"""
SAME = ("VA1", "AC1", "US", 1)


@pytest.mark.parametrize("seed", [1, 2])
async def test_verifications(shelf: Shelf, seed: int) -> None:
    await disturb(shelf, VERIFY, seed)
    assert shelf.rows(VERIFICATIONS.format(hash=HASH(PERSON))) == [
        ("VE1", "approved", "2026-01-01 00:00:00.000", "2026-01-01 00:00:42.500",
         ["call", "sms"], 3, 1, 42.5, 2, 30003, True, 7, False, *SAME, "sms", True),
        ("VE2", "canceled", "2026-01-01 00:01:00.000", "2026-01-01 00:01:30.000",
         [], 0, 0, None, 0, 0, True, 2, False, *SAME, "", True),
        ("VE3", "expired", "2026-01-01 00:02:00.000", "2026-01-01 00:12:00.000",
         [], 0, 0, None, 5, 0, True, 3, True, *SAME, "", True),
        ("VE4", "expired", "2026-01-01 00:03:00.000", "2026-01-01 00:13:00.000",
         [], 0, 0, None, 0, 0, False, 1, False, *SAME, "", True),
        ("VE5", "pending", "2199-01-01 00:00:00.000", None,
         [], 0, 0, None, 0, 0, False, 1, False, *SAME, "", True),
    ]  # fmt: skip


async def test_the_lifetime_of_verifications_is_the_processors(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = datetime.now(UTC) - timedelta(minutes=15)
    await shelf.put(verification("pending", 1, started.isoformat()))
    statuses = []
    for lifetime in ("1200", "600"):
        monkeypatch.setenv("TWILIO_PIPELINE_LIFECYCLE_VERIFICATION_LIFETIME_S", lifetime)
        migrate(shelf.settings)
        statuses += shelf.rows(
            "SELECT status, dateDiff('s', started_at, finished_at) FROM verifications"
        )
    assert statuses == [("pending", None), ("expired", 600)]


async def test_attempts_are_no_messages(shelf: Shelf) -> None:
    await disturb(shelf, VERIFY, 3)
    sql = """
        SELECT attempt_sid, verification_sid, outcome, error_code, error_class, latency_ms,
            channel, service_sid, read_at IS NOT NULL, events, contradictory
        FROM verify_attempts ORDER BY attempt_sid"""
    assert shelf.rows(sql) == [
        ("VL11", "VE1", "undelivered", 30003, "transient", None, "sms", "VA1", 0, 2, False),
        ("VL12", "VE1", "delivered", 0, "", 2000, "call", "VA1", 1, 3, False),
    ]
    assert shelf.rows("SELECT count() FROM messages") == [(0,)]


async def test_a_message_tells_its_network_sender_and_segments(shelf: Shelf) -> None:
    receipt = message("delivered", mcc="310", mnc="260")
    await shelf.put(message("sent", numberOfSegments=2), receipt)
    joined = shelf.rows("SELECT carrier, sender_type, segments FROM messages")
    assert joined == [("310260", "long_code", 2)]
    told = shelf.rows("SELECT carrier, sender_type FROM events ORDER BY carrier")
    assert told == [("", "long_code"), ("310260", "long_code")]


async def test_the_names_verify_had_first_and_its_older_stream_count_too(shelf: Shelf) -> None:
    renamed = [each.replace(b"accountsecurity.verify.", b"verify.") for each in VERIFY[:1]]
    older = VERIFY[4].replace(b"verify.message.", b"verify.attempt-dlr.")
    await shelf.put(*renamed, older)
    sql = "SELECT verification_sid, attempts, delivered_attempts FROM verifications"
    assert shelf.rows(sql) == [("VE1", 1, 1)]
    assert shelf.rows("SELECT attempt_sid, outcome FROM verify_attempts") == [("VL12", "delivered")]


async def test_calls(shelf: Shelf) -> None:
    await disturb(shelf, CALLS, 4)
    sql = """
        SELECT call_sid, outcome, toString(started_at), toString(answered_at), toString(ended_at),
            duration_s, error_code, direction, answered_by, sip_response, country, events
        FROM calls ORDER BY call_sid"""
    start, end = "2026-01-01 00:00:00.000", "2026-01-01 00:00:12.000"
    assert shelf.rows(sql) == [
        ("CA1", "completed", start, "2026-01-01 00:00:04.000", end,
         8, 0, "outbound-api", "machine_start", 486, "US", 5),
        ("CA2", "no-answer", start, None, end, 12, 0, "outbound-api", "", 486, "US", 1),
        ("CA3", "busy", end, None, end, 0, 13225, "outbound-api", "", 0, "", 1),
        ("CA4", "unknown", "2026-01-01 00:00:05.000", None, None,
         0, 0, "outbound-api", "", 0, "", 1),
    ]  # fmt: skip


async def test_errors_find_what_they_name(shelf: Shelf) -> None:
    entries = (
        error_entry(1, "30003", resource="SM1", correlation="ZE1"),
        error_entry(2, "13225", resource="", correlation="CA3"),
        error_entry(3, "999999", resource="VE2"),
        error_entry(4, "11200", resource="SMgone"),
    )
    await disturb(shelf, (*entries, *VERIFY, *CALLS, message("delivered", number=1)), 5)
    sql = """
        SELECT error_code, level, product, resource_sid, correlation_sid, description,
            error_class, subject_sid, subject_product, subject_outcome, channel, country
        FROM errors ORDER BY event_time"""
    named = ("Unreachable destination handset", "transient")
    assert shelf.rows(sql) == [
        (30003, "warning", "Messaging", "SM1", "ZE1", *named,
         "SM1", "messaging", "delivered", "sms", "US"),
        (13225, "warning", "Messaging", "", "CA3", "", "other",
         "CA3", "voice", "busy", "voice", ""),
        (999999, "warning", "Messaging", "VE2", "", "", "other",
         "VE2", "verify", "canceled", "", "US"),
        (11200, "warning", "Messaging", "SMgone", "", "", "other", "SMgone", "", "", "", ""),
    ]  # fmt: skip


async def test_a_type_nobody_knows_is_seen(shelf: Shelf) -> None:
    await shelf.put(event("brand.new", 1, f"{DAY}00:00Z", {}), message("sent"), message("sent"))
    sql = """
        SELECT toString(day), event_type, product, known, stage, events, schema_versions
        FROM events_by_type ORDER BY event_type"""
    assert shelf.rows(sql) == [
        ("2026-01-01", "com.twilio.brand.new", "other", False, "", 1, [0]),
        ("2026-01-01", "com.twilio.messaging.message.sent", "messaging", True, "available", 1, [7]),
    ]


async def test_reference_data_is_at_hand_as_dictionaries(shelf: Shelf) -> None:
    sql = """
        SELECT dictGet('error_code', 'error_class', 30003), dictGet('country', 'name', 'DE'),
            dictGet('network_country', 'country', substring('310260', 1, 3)),
            dictGet('event_type', 'twilio_product', 'com.twilio.messaging.message.sent')"""
    assert shelf.rows(sql) == [("transient", "Germany", "US", "Messaging")]
