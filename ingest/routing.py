"""Where an event goes: its product and the subject that keeps it with its kin.

Called for every event, so a decoder that reads nothing but these fields goes first; what it
can't read goes the way every other part reads events.
"""

from typing import Final

import msgspec

from pipeline.twilio.catalogue import Product, product_of
from pipeline.twilio.envelope import NotAnEventError, read_envelope
from pipeline.twilio.subject import subject_sid

#: The product names the raw topic, the subject (never empty) the partition.
Route = tuple[Product, str]


class _Data(msgspec.Struct, gc=False):
    """The fields that name a subject by themselves, spelled as Twilio does (``SUBJECT_FIELDS``)."""

    messageSid: str = ""  # noqa: N815  Twilio's spelling
    verification_sid: str = ""
    call_sid: str = ""
    callSid: str = ""  # noqa: N815  Twilio's spelling
    MessageSid: str = ""
    message_sid: str = ""


class _Envelope(msgspec.Struct, gc=False):
    type: str
    data: _Data
    id: str


_decode: Final = msgspec.json.Decoder(_Envelope).decode
_products: Final[dict[str, Product]] = {}
_MOST_TYPES: Final = 10_000


def route(element: bytes) -> Route:
    """Read an element's route; NotAnEventError when it is no event."""
    try:
        envelope = _decode(element)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _route_by_domain(element)
    data = envelope.data
    subject = (
        data.messageSid
        or data.verification_sid
        or data.call_sid
        or data.callSid
        or data.MessageSid
        or data.message_sid
    )
    if not (subject and envelope.type and envelope.id):
        return _route_by_domain(element)
    return _products.get(envelope.type) or _product(envelope.type), subject


def route_if_text(element: bytes) -> Route:
    """As ``route``, of a body that is not all UTF-8: no reader of JSON would take such a record."""
    try:
        bytes(element).decode()
    except UnicodeDecodeError as error:
        raise NotAnEventError("it is not UTF-8") from error
    return route(element)


def _route_by_domain(element: bytes) -> Route:
    envelope = read_envelope(element)
    return product_of(envelope.type), subject_sid(envelope)


def _product(event_type: str) -> Product:
    """``product_of`` remembered; bounded, because types come from outside."""
    product = product_of(event_type)
    if len(_products) < _MOST_TYPES:
        _products[event_type] = product
    return product
