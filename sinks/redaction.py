"""Removes what was written or spoken from an event: one-time passwords travel in it."""

import re
from typing import Any, Final

import msgspec

from pipeline.twilio.envelope import mended

#: Names, in lower case, under which Twilio's products carry texts; a voice response's body is
#: the TwiML that speaks the code.
BODIES: Final = frozenset({"body", "messagebody", "responsebody"})
# What an element with such a name must contain: the end of the name, or an escaped letter.
_NAME_END: Final = b"ody"
_LOUD_NAME_END: Final = b"ODY"
_ESCAPE: Final = b"\\u"
#: Twilio nests a handful of levels; beyond this many nothing is kept rather than searched.
_DEEPEST: Final = 200
_NAME: Final = re.compile(r'body\\*"|\\u00', re.IGNORECASE)
_anything: Final = msgspec.json.Decoder()


def without_bodies(element: bytes) -> bytes:
    """The JSON text without bodies at any depth, byte for byte the same when it has none.

    Empty when it is nested deeper than can be searched.
    """
    if not (_NAME_END in element or _LOUD_NAME_END in element or _ESCAPE in element):
        return element
    try:
        decoded = _anything.decode(element)
        cleaned = _clean(decoded, _DEEPEST)
    except RecursionError:
        return b""
    return element if cleaned == decoded else msgspec.json.encode(cleaned)


def _clean(value: Any, levels: int) -> Any:  # noqa: ANN401  any JSON value
    if not levels:
        raise RecursionError
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k.lower() not in BODIES}
        return {k: _clean(v, levels - 1) for k, v in kept.items()}
    if isinstance(value, list):
        return [_clean(item, levels - 1) for item in value]
    return _clean_text(value, levels) if isinstance(value, str) else value


def _clean_text(text: str, levels: int) -> str:
    """A text may hold JSON of its own: ``data`` and the payload of error logs do.

    One that looks like it and can't be read is not kept when it may name a body.
    """
    if not text.lstrip().startswith(("{", "[", '"')):
        return text
    try:
        decoded = _anything.decode(mended(text.encode()))
    except msgspec.DecodeError:
        return "" if _NAME.search(text) else text
    cleaned = _clean(decoded, levels - 1)
    return text if cleaned == decoded else msgspec.json.encode(cleaned).decode()
