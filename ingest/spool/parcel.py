"""A Kafka record as the spool keeps it: all that is needed to send it later, as it was."""

from typing import Final

import msgspec

from ingest.coalescer import Record

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Record).decode


def wrap(record: Record) -> bytes:
    """The record's bytes; its headers, the time of receipt among them, stay as they are."""
    return _encode(record)


def unwrap(payload: bytes) -> Record:
    """Read back what ``wrap`` made; msgspec.DecodeError when it is of a foreign version."""
    return _decode(payload)
