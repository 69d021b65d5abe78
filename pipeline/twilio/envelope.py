"""CloudEvents as Twilio's webhook sends them: cut into elements, and read without trust.

``data`` is an object, or a JSON text of one (Twilio sends both). Nothing in it is relied on to
have its documented type: what can't be read counts as absent.
"""

import re
from typing import Any, Final

import msgspec

from pipeline.errors import PermanentError


class NotAnEventError(PermanentError):
    """The bytes can't be a CloudEvent: no JSON object with text ``id`` and ``type``."""


class Envelope(msgspec.Struct):
    """The CloudEvents attributes the pipeline reads, with ``data`` as a (maybe empty) object."""

    id: str
    type: str
    source: Any = ""
    time: Any = None
    dataschema: Any = ""
    data: Any = None


_envelope: Final = msgspec.json.Decoder(Envelope)
_elements: Final = msgspec.json.Decoder(list[msgspec.Raw])
_anything: Final = msgspec.json.Decoder()
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_REPLACEMENT: Final = rb"\ufffd"
# Escaped backslashes and whole pairs are stepped over; what is left alone is in the group.
_SURROGATES: Final = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def cut(value: bytes) -> list[msgspec.Raw]:
    """The elements of a JSON array, byte for byte; NotAnEventError when it is no array."""
    try:
        return _elements.decode(value)
    except _UNREADABLE as error:
        raise NotAnEventError("the value is not a JSON array") from error


def split(value: bytes) -> list[msgspec.Raw]:
    """The elements of a record, such that any JSON reader takes them; NotAnEventError as ``cut``.

    They are as received but for half emojis, which are mended.
    """
    try:
        return _elements.decode(value)
    except _UNREADABLE:
        return cut(mended(value))


def mended(text: bytes) -> bytes:
    """JSON text whose lone surrogate escapes are U+FFFD: senders cut texts inside an emoji.

    Such an event is real, but strict readers refuse it whole. Nothing else changes, nor the length.
    """
    return _SURROGATES.sub(lambda found: _REPLACEMENT if found[1] else found[0], text)


def read_envelope(element: bytes | msgspec.Raw) -> Envelope:
    """Decode one element; NotAnEventError when it is none."""
    try:
        envelope = _decode_envelope(element)
    except _UNREADABLE as error:
        raise NotAnEventError("not a JSON object with a text id and type") from error
    if not envelope.id or not envelope.type:
        raise NotAnEventError("its id or type is empty")
    envelope.data = _object(envelope.data)
    return envelope


def _decode_envelope(element: bytes | msgspec.Raw) -> Envelope:
    try:
        return _envelope.decode(element)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return _envelope.decode(mended(bytes(element)))


def _object(data: object) -> dict[str, Any]:
    if isinstance(data, str):
        try:
            data = _anything.decode(mended(data.encode()))
        except _UNREADABLE:
            return {}
    return data if isinstance(data, dict) else {}
