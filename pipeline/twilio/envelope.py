"""CloudEvents as Twilio's webhook sends them: cut into elements, and read without trust.

``data`` is an object, or a JSON text of one (Twilio sends both). Nothing in it is relied on to
have its documented type: what can't be read counts as absent.
"""

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


def split(value: bytes) -> list[msgspec.Raw]:
    """The elements of a JSON array, byte for byte; NotAnEventError when it is no array."""
    try:
        return _elements.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAnEventError("the value is not a JSON array") from error


def read_envelope(element: bytes | msgspec.Raw) -> Envelope:
    """Decode one element; NotAnEventError when it is none."""
    try:
        envelope = _envelope.decode(element)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAnEventError("not a JSON object with a text id and type") from error
    if not envelope.id or not envelope.type:
        raise NotAnEventError("its id or type is empty")
    envelope.data = _object(envelope.data)
    return envelope


def _object(data: object) -> dict[str, Any]:
    if isinstance(data, str):
        try:
            data = _anything.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}
    return data if isinstance(data, dict) else {}
