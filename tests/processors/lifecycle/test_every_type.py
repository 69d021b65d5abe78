"""Every type of Twilio's catalogue goes through the folds, and what matters lands where it should.

Where there is no sample, events are made after the field lists of their product.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.records import join
from pipeline.twilio.catalogue import event_types, product_of
from processors.runtime.fold import SourceRecord
from tests.processors.lifecycle.stage import (
    START,
    Counting,
    event,
    funnel,
    iso,
    new_fold,
    outcomes,
    record,
    windows,
)

SAMPLES = Path(__file__).parents[2] / "samples"
VERIFY = "com.twilio.accountsecurity.verify."
CALLS = "com.twilio.voice.status-callback.call."
OLD_CALLS = "com.twilio.voice.webhook.status-callback.call."
SUMMARIES = "com.twilio.voice.insights.call-summary."
SENT = {"unknown": 1}
#: What one event of a type alone makes of the windows; types not named here are only counted.
LANDS: dict[str, dict[str, int]] = {
    "com.twilio.messaging.message.sent": SENT,
    "com.twilio.messaging.message.failed": {"failed": 1},
    f"{VERIFY}message.sent": SENT,
    f"{VERIFY}message.failed": {"failed": 1},
    f"{VERIFY}attempt-dlr.sent": SENT,
    f"{VERIFY}attempt-dlr.failed": {"failed": 1},
    **{f"{prefix}initiated": SENT for prefix in (CALLS, OLD_CALLS)},
    **{f"{prefix}ringing": SENT for prefix in (CALLS, OLD_CALLS)},
    **{f"{prefix}answered": {"delivered": 1} for prefix in (CALLS, OLD_CALLS)},
    **{f"{prefix}completed": {"delivered": 1} for prefix in (CALLS, OLD_CALLS)},
    f"{SUMMARIES}partial": {"delivered": 1},
    f"{SUMMARIES}predicted-complete": {"delivered": 1},
    f"{SUMMARIES}complete": {"delivered": 1},
}
#: Read by a fold, but waiting for what tells their window.
WAITS = {
    *(f"com.twilio.messaging.message.{name}" for name in ("queued", "delivered", "read")),
    "com.twilio.messaging.message.undelivered",
    *(f"{VERIFY}{stream}.{name}" for stream in ("message", "attempt-dlr") for name in ("read",)),
    *(f"{VERIFY}{stream}.delivered" for stream in ("message", "attempt-dlr")),
    *(f"{VERIFY}{stream}.undelivered" for stream in ("message", "attempt-dlr")),
}
FUNNEL = {
    f"{VERIFY}verification.{name}": state
    for name, state in (
        ("pending", "pending"),
        ("approved", "approved"),
        ("canceled", "canceled"),
        ("expired", "expired"),
        ("max_attempts_reached", "max_attempts"),
        ("max-attempts-reached", "max_attempts"),
    )
}
OUTCOMES = {
    "com.twilio.messaging.message.failed": "failed",
    "com.twilio.messaging.message.undelivered": "undelivered",
    f"{VERIFY}message.failed": "failed",
    f"{VERIFY}message.undelivered": "undelivered",
    f"{VERIFY}attempt-dlr.failed": "failed",
    f"{VERIFY}attempt-dlr.undelivered": "undelivered",
}


def data_of(kind: str) -> dict[str, Any]:
    """Fields of every product at once, as each spells them: a fold takes only its own."""
    status = kind.rpartition(".")[2]
    call_status = {"answered": "in-progress"}.get(status, status)
    parameters = {"CallSid": "CA1", "CallStatus": call_status, "To": "+15550100002"}
    shared = {"error_code": "", "channel": "sms", "to": "+15550100002", "from": "+15550100001"}
    messaging = {"messageSid": "SM1", "accountSid": "AC1", "messageStatus": status.upper()}
    verify = {"verification_sid": "VE1", "attempt_sid": "VL1", "created_at": iso(0), "mcc": "310"}
    voice = {"call_sid": "CA1", "call_state": "completed", "end_time": iso(0), "duration": 0}
    product = product_of(kind)
    if product == "messaging":
        return {**shared, **messaging}
    if product == "verify":
        return {**shared, **verify, "account_sid": "AC1", "service_sid": "VA1"}
    if product == "voice":
        request = {"method": "POST", "parameters": parameters}
        return {**voice, "sid": "CA1", "account_sid": "AC1", "request": request}
    return {**shared, "sid": "NO1", "payload": "{}", "level": "ERROR"}


def test_the_lists_name_types_of_the_catalogue() -> None:
    assert set(LANDS) | WAITS | set(FUNNEL) | set(OUTCOMES) <= set(event_types())


@pytest.mark.parametrize("product", ["messaging", "verify", "voice"])
def test_every_type_goes_through(product: str) -> None:
    for kind in event_types():
        if product_of(kind) != product:
            continue
        watch = Counting()
        fold = new_fold(product, watch)
        fold.apply(record(0, event(kind, 0, data_of(kind))))
        items = list(fold.items(0))
        names = ("unknown", "delivered", "undelivered", "failed", "canceled")
        sums = {name: sum(getattr(cell, name) for cell in windows(items)) for name in names}
        assert {name: n for name, n in sums.items() if n} == LANDS.get(kind, {}), kind
        states = [FUNNEL[kind]] if kind in FUNNEL else []
        assert [getattr(cell, state) for cell in funnel(items) for state in states] == [
            1 for _ in states
        ], kind
        kinds = [each.kind for each in outcomes(fold.announcements())]
        assert kinds == ([OUTCOMES[kind]] if kind in OUTCOMES else []), kind
        used = kind in LANDS or kind in WAITS or kind in FUNNEL
        assert watch.types == ({} if used else {kind: 1}), kind


@pytest.mark.parametrize("product", ["messaging", "verify", "voice"])
def test_any_type_in_the_wrong_place_is_only_counted(product: str) -> None:
    watch = Counting()
    fold = new_fold(product, watch)
    others = [kind for kind in event_types() if product_of(kind) != product]
    fold.apply(record(0, *(event(kind, 0, data_of(kind)) for kind in others)))
    assert watch.types.total() == len(others)
    assert (list(fold.items(0)), fold.size()) == ([], 0)


@pytest.mark.parametrize("name", [path.name for path in sorted(SAMPLES.glob("*.json"))])
def test_real_and_documented_payloads_go_through(name: str) -> None:
    decoded = msgspec.json.decode((SAMPLES / name).read_bytes())
    elements = decoded if isinstance(decoded, list) else [decoded]
    product = product_of(elements[0]["type"])
    watch = Counting()
    fold = new_fold(product if product in {"messaging", "verify", "voice"} else "messaging", watch)
    value = join(msgspec.json.encode(element) for element in elements)
    fold.apply(SourceRecord(0, START, value))
    heard = watch.counts["folded"] + watch.types.total()
    assert heard == len(elements)


def test_a_documented_approval_lands_in_the_funnel() -> None:
    fold = new_fold("verify")
    value = (SAMPLES / "14-verify-verification-approved.v1.docs.json").read_bytes()
    fold.apply(SourceRecord(0, 1_643_793_700_000, value))
    (cell,) = funnel(fold.items(0))
    assert (cell.approved, cell.attempts, cell.repeated, cell.country) == (1, 2, 1, "IN")
    assert cell.channel == "sms"
