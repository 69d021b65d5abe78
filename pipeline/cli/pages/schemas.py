"""docs/reference/schemas/*.json: JSON Schemas of the derived topics' items."""

from collections.abc import Callable
from inspect import cleandoc
from typing import Final

import msgspec

from pipeline.items.alert import AlertItem
from pipeline.items.alert_delivery import AlertDelivery
from pipeline.items.dead_letter import DeadLetter
from pipeline.items.fallback_control import FallbackControl
from pipeline.items.fallback_step import FallbackStep
from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.ledger_entry import LedgerEntry
from pipeline.items.message_price import MessagePrice
from pipeline.items.outcome import Outcome
from pipeline.items.quarantined import Quarantined
from pipeline.items.usage_record import UsageRecord
from pipeline.items.window_cell import WindowCell
from pipeline.topics import (
    ALERT_DELIVERIES,
    ALERTS,
    DEAD_LETTERS,
    FALLBACK,
    FALLBACK_CONTROL,
    FUNNEL,
    LEDGER,
    MESSAGE_PRICES,
    OUTCOMES,
    QUARANTINE,
    USAGE,
    WINDOWS,
)

_ITEMS: Final[dict[str, tuple[str, object]]] = {
    WINDOWS: ("window-cell", WindowCell),
    FUNNEL: ("funnel-cell", FunnelCell),
    OUTCOMES: ("outcome", Outcome),
    ALERTS: ("alert", AlertItem),
    ALERT_DELIVERIES: ("alert-delivery", AlertDelivery),
    FALLBACK: ("fallback-step", FallbackStep),
    FALLBACK_CONTROL: ("fallback-control", FallbackControl),
    USAGE: ("usage-record", UsageRecord),
    MESSAGE_PRICES: ("message-price", MessagePrice),
    DEAD_LETTERS: ("dead-letter", DeadLetter),
    QUARANTINE: ("quarantined", Quarantined),
    LEDGER: ("ledger-entry", LedgerEntry),
}
SCHEMA_OF_TOPIC: Final = {topic: name for topic, (name, _) in _ITEMS.items()}


def pages() -> dict[str, Callable[[], str]]:
    """Give a builder for every schema file."""
    return {f"schemas/{name}.json": _writer(kind) for name, kind in _ITEMS.values()}


def _writer(kind: object) -> Callable[[], str]:
    def write() -> str:
        schema = msgspec.json.schema(kind)
        for definition in schema["$defs"].values():
            # interpreters differ in whether they keep a docstring's indentation
            definition["description"] = cleandoc(definition["description"])
        text = msgspec.json.encode(schema)
        return msgspec.json.format(text, indent=2).decode() + "\n"

    return write
