"""Messages as Twilio's list shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from operations.reconcile.listed import Listed

SENT_AT = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def listed(sid: str = "SM1", status: str = "delivered", **more: object) -> Listed:
    usual: dict[str, Any] = {
        "account_sid": "AC1",
        "to": "+5511991234567",
        "sender": "+15550100",
        "service_sid": "MG1",
        "error_code": 0,
        "segments": 2,
        "sent_at": SENT_AT,
        "updated_at": SENT_AT + 7_000,
        "direction": "outbound-api",
        "price": Decimal("0.0075"),
        "currency": "USD",
    }
    return Listed(sid=sid, status=status, **{**usual, **more})
