"""Twilio's event types, and the product (hence the raw topic) each belongs to.

The list is data (``data/event_types.json``); a type that is not in it is accepted all the
same, so a new Twilio type is stored before anybody here has heard of it.
"""

from functools import cache
from importlib.resources import files
from typing import Final, Literal, get_args

import msgspec

Product = Literal["messaging", "verify", "voice", "errors", "other"]
PRODUCTS: Final[tuple[Product, ...]] = get_args(Product)

_PREFIXES: Final[tuple[tuple[str, Product], ...]] = (
    ("com.twilio.messaging.", "messaging"),
    ("com.twilio.comms-api.", "messaging"),
    ("com.twilio.daptbt.link-shortening.", "messaging"),
    ("com.twilio.accountsecurity.verify.", "verify"),
    ("com.twilio.verify.", "verify"),
    ("com.twilio.voice.", "voice"),
    ("com.twilio.error-logs.", "errors"),
)


class EventType(msgspec.Struct, frozen=True):
    """One entry of Twilio's catalogue; ``status`` is Twilio's word for its life stage."""

    type: str
    product: str
    group: str
    status: str


@cache
def event_types() -> dict[str, EventType]:
    """Twilio's known event types by name."""
    text = files("pipeline.twilio").joinpath("data/event_types.json").read_bytes()
    return {entry.type: entry for entry in msgspec.json.decode(text, type=list[EventType])}


def product_of(event_type: str) -> Product:
    """The product whose raw topic holds events of this type; unknown types are ``other``."""
    for prefix, product in _PREFIXES:
        if event_type.startswith(prefix):
            return product
    return "other"
