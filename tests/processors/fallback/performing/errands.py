"""Errands to try performers with."""

from typing import Any

from processors.fallback.errands import Errand
from processors.fallback.policy import Step
from tests.processors.fallback.world import SERVICE, START, sid

NUMBER = "+5511990000001"


def errand(**changes: Any) -> Errand:  # noqa: ANN401  any of its fields
    """An errand to call somebody whose code did not arrive."""
    usual: dict[str, Any] = {
        "id": f"verify:{sid('VE', 1)}:0:1",
        "key": b"k",
        "kind": "send",
        "step": Step(do="verify", channel="call"),
        "product": "verify",
        "account_sid": "AC" + "1" * 32,
        "service_sid": SERVICE,
        "subject_sid": sid("VL", 1001),
        "verification_sid": sid("VE", 1),
        "channel": "sms",
        "country": "BR",
        "to": NUMBER,
        "user": "u-17",
        "until": START + 600_000,
        "dispatched_at": START,
    }
    return Errand(**usual | changes)
