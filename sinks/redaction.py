"""Removes what was written or spoken from an event: one-time passwords travel in it."""

from typing import Any, Final

import msgspec

#: Names, in lower case, under which Twilio's products carry texts; a voice response's body is
#: the TwiML that speaks the code.
_BODIES: Final = frozenset({"body", "messagebody", "responsebody"})
# What an element with such a name must contain: the end of the name, or an escaped letter.
_NAME_END: Final = b"ody"
_LOUD_NAME_END: Final = b"ODY"
_ESCAPE: Final = b"\\u"
_anything: Final = msgspec.json.Decoder()


def without_bodies(element: bytes) -> bytes:
    """The JSON text without bodies at any depth, byte for byte the same when it has none.

    Empty when it is nested deeper than can be searched.
    """
    if not (_NAME_END in element or _LOUD_NAME_END in element or _ESCAPE in element):
        return element
    decoded = _anything.decode(element)
    try:
        cleaned = _clean(decoded)
    except RecursionError:
        return b""
    return element if cleaned == decoded else msgspec.json.encode(cleaned)


def _clean(value: Any) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        return {k: _clean(v) for k, v in value.items() if k.lower() not in _BODIES}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return _clean_text(value) if isinstance(value, str) else value


def _clean_text(text: str) -> str:
    """A text may hold JSON of its own: ``data`` and the payload of error logs do."""
    if not text.lstrip().startswith(("{", "[", '"')):
        return text
    try:
        decoded = _anything.decode(text)
    except msgspec.DecodeError:
        return text
    cleaned = _clean(decoded)
    return text if cleaned == decoded else msgspec.json.encode(cleaned).decode()
