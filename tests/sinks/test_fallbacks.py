"""Fallbacks in ClickHouse: one row a plan, whatever was told twice, with what came of it."""

import re
from typing import Any

import msgspec
import pytest

from pipeline.items.fallback_step import FallbackStep
from sinks.tables.fallback import FALLBACK_STEPS, fallback_row
from tests.sinks.events import message
from tests.sinks.shelf import Shelf

START = 1_767_225_600_000
PLAN = "verify:VE1"


def step(plan_id: str, state: str, number: int, after_ms: int, **over: Any) -> FallbackStep:  # noqa: ANN401  any field
    told: dict[str, Any] = {
        "id": f"{plan_id}:{number}:{over.get('attempt', 1)}:0:{state}",
        "plan_id": plan_id,
        "state": state,
        "step": number,
        "attempt": 1,
        "action": "verify" if number >= 0 else "",
        "channel": "call" if number >= 0 else "",
        "reason": "",
        "policy": "otp",
        "dry_run": False,
        "product": plan_id.split(":", maxsplit=1)[0],
        "account_sid": "AC1",
        "service_sid": "VA1",
        "subject_sid": "VL1",
        "verification_sid": "VE1",
        "cause": "undelivered",
        "error_code": 30003,
        "error_class": "transient",
        "first_channel": "sms",
        "country": "BR",
        "at": START + after_ms,
        "due_at": 0,
        "heard_at": START,
        "reference": "",
        "price": 0.05 if number >= 0 else 0.0,
        **over,
    }
    return msgspec.convert(told, FallbackStep)


async def put(shelf: Shelf, *steps: FallbackStep) -> None:
    for each in steps:
        row = fallback_row(msgspec.Raw(msgspec.json.encode(each)), 0, shelf.place())
        await shelf.insert(FALLBACK_STEPS.name, [row])


RETRIED = (
    step(PLAN, "planned", 0, 10, action="retry", channel="sms", attempt=0, due_at=START + 5000),
    step(PLAN, "skipped", 0, 5000, action="retry", channel="sms", reason="opted_out", attempt=0),
    step(PLAN, "planned", 1, 5000, attempt=0, due_at=START + 5000),
    step(PLAN, "dispatched", 1, 5200),
    step(PLAN, "sent", 1, 5300, reference="VL2"),
)


async def test_a_plan_is_one_row_with_its_steps_whatever_was_told_twice(shelf: Shelf) -> None:
    await put(shelf, *RETRIED, *RETRIED)
    sql = """
        SELECT plan_id, state, result, step_actions, step_channels, step_states, step_reasons,
            step_references, latency_ms, round(price, 2),
            dateDiff('ms', heard_at, sent_at), finished_at
        FROM fallbacks"""
    steps = (["retry", "verify"], ["sms", "call"], ["skipped", "sent"], ["opted_out", ""])
    assert shelf.rows(sql) == [
        (PLAN, "sent", "open", *steps, ["", "VL2"], 5200, 0.05, 5300, None),
    ]
    assert shelf.rows("SELECT count() FROM fallback_steps") == [(5,)]
    await put(shelf, step(PLAN, "succeeded", -1, 5100, attempt=0, reason="approved"))
    end = "SELECT state, reason, result, dateDiff('ms', heard_at, finished_at) FROM fallbacks"
    assert shelf.rows(end) == [("succeeded", "approved", "recovered", 5100)]


async def test_what_goes_on_differently_after_a_crash_counts_as_told_later(shelf: Shelf) -> None:
    await put(shelf, step(PLAN, "dispatched", 0, 100), step(PLAN, "dispatched", 0, 900))
    assert shelf.rows("SELECT latency_ms FROM fallbacks") == [(900,)]


#: What plans told, by what came of them; the one that was sent a message tells its SID.
ENDS = {
    "open": [step("verify:VE1", "planned", 0, 0)],
    "not_recovered": [
        step("verify:VE2", "sent", 0, 5),
        step("verify:VE2", "ended", -1, 9, reason="expired"),
    ],
    "not_sent": [
        step("verify:VE3", "planned", 0, 5),
        step("verify:VE3", "ended", -1, 9, reason="delivered"),
    ],
    "shown": [
        step("verify:VE4", "dispatched", 0, 5, dry_run=True),
        step("verify:VE4", "ended", -1, 9, reason="dry_run", dry_run=True),
    ],
    "none": [step("verify:VE5", "skipped", -1, 0, reason="too_old")],
    "unconfirmed": [
        step("messaging:SM1", "sent", 0, 5, reference="SM9"),
        step("messaging:SM1", "ended", -1, 9, reason="not_confirmed"),
    ],
}


async def test_what_came_of_plans(shelf: Shelf) -> None:
    await put(shelf, *(each for told in ENDS.values() for each in told))
    results = "SELECT result FROM fallbacks ORDER BY result"
    assert shelf.rows(results) == [(result,) for result in sorted(ENDS)]
    await shelf.put(message("delivered", number=9))
    found = shelf.rows("SELECT result FROM fallbacks WHERE plan_id = 'messaging:SM1'")
    assert found == [("recovered",)]
    await put(shelf, step("messaging:SM1", "sent", 1, 7, reference="SM8"))
    await shelf.put(message("delivered", number=8))
    assert shelf.rows("SELECT count() FROM fallbacks") == [(len(ENDS),)]


async def test_a_span_of_time_is_read_by_the_key(shelf: Shelf) -> None:
    await put(shelf, *RETRIED)
    sql = "EXPLAIN indexes = 1 SELECT * FROM fallbacks WHERE heard_at >= '2026-01-01 00:00:00'"
    plan = "\n".join(line for (line,) in shelf.rows(sql))
    # By parts and by key; the plans' own steps, and those whose messages are looked up.
    assert len(re.findall(r"heard_at in \['?1767225600", plan)) == 2 * 2, plan


@pytest.mark.parametrize("wrong", [{"step": -2}, {"attempt": 1 << 16}, {"error_code": 1 << 32}])
def test_what_no_column_can_hold_is_refused(wrong: dict[str, int]) -> None:
    item = msgspec.structs.replace(RETRIED[0], **wrong)
    with pytest.raises(ValueError, match="out of range"):
        fallback_row(msgspec.Raw(msgspec.json.encode(item)), 0, ("t", 0, 0, 0))
