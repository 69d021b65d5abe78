"""CloudEvents in the form Twilio's webhook sends them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

_SCHEMAS: Final = "https://events-schemas.twilio.com/"
_MS: Final = 1_000


def iso(time_ms: int) -> str:
    """Epoch milliseconds as Twilio writes a time: ``2026-01-01T00:00:05.000Z``."""
    moment = datetime.fromtimestamp(time_ms // _MS, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ms % _MS:03d}Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudEvent:
    """One event; ``schema`` is its name and version, ``time`` is in epoch milliseconds."""

    id: str
    type: str
    source: str
    schema: str
    time: int
    data: dict[str, Any]

    def encode(self) -> bytes:
        """The element of the webhook's array."""
        return msgspec.json.encode(
            {
                "specversion": "1.0",
                "type": self.type,
                "source": self.source,
                "id": self.id,
                "dataschema": _SCHEMAS + self.schema,
                "datacontenttype": "application/json",
                "time": iso(self.time),
                "data": self.data,
            }
        )
