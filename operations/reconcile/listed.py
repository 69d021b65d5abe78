"""A message as Twilio's list shows it, as far as it is needed here: what it says is not."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An outbound message; times in epoch ms, to the second as the list has them.

    ``price`` is what it cost, None until Twilio knows.
    """

    sid: str
    account_sid: str
    status: str
    to: str
    sender: str
    service_sid: str
    error_code: int
    segments: int
    sent_at: int
    updated_at: int
    direction: str
    price: Decimal | None
    currency: str

    @property
    def is_inbound(self) -> bool:
        """Whether somebody sent it to us."""
        return self.direction == "inbound"


def read_listed(own: Any) -> Listed:  # noqa: ANN401  the package is not typed
    """Read what the package gives."""
    sent = own.date_sent or own.date_created
    return Listed(
        sid=own.sid,
        account_sid=own.account_sid,
        status=str(own.status),
        to=own.to or "",
        sender=own.from_ or "",
        service_sid=own.messaging_service_sid or "",
        error_code=own.error_code or 0,
        segments=int(own.num_segments or 0),
        sent_at=_ms(sent),
        updated_at=max(_ms(own.date_updated), _ms(sent)),
        direction=str(own.direction),
        price=_cost(own.price),
        currency=(own.price_unit or "").upper(),
    )


def _ms(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1000) if moment else 0


def _cost(price: str | None) -> Decimal | None:
    """Twilio writes what it takes as a negative number."""
    return -Decimal(price) if price else None
