"""How a record lies in a segment: marker, sequence, time, length, two checksums, payload.

The marker holds bytes no UTF-8 text has, so after damage the next whole frame can be found.
Pure: bytes in, frames and damage out.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple
from zlib import crc32

MARKER: Final = b"\xf5\xff\xfe\xf8"
_FIELDS: Final = struct.Struct(">4sQQII")  # marker, sequence, time, length, payload's CRC
_CHECK: Final = struct.Struct(">I")
HEADER_BYTES: Final = _FIELDS.size + _CHECK.size


class Frame(NamedTuple):
    """A whole record; ``time_ms`` is when it was spooled, ``end`` the offset behind it."""

    sequence: int
    time_ms: int
    payload: bytes
    end: int


class Damage(NamedTuple):
    """Bytes that hold no whole record.

    ``lost`` records are known to have been in it, by the sequences around it. ``tail`` is a
    damage nothing follows: the last write before a power cut looks the same as a flipped bit.
    """

    offset: int
    size: int
    first: int
    lost: int
    tail: bool


def pack(sequence: int, time_ms: int, payload: bytes) -> bytes:
    """The frame's bytes."""
    head = _FIELDS.pack(MARKER, sequence, time_ms, len(payload), crc32(payload))
    return head + _CHECK.pack(crc32(head)) + payload


def scan(data: bytes, first: int, limit: int | None) -> Iterator[Frame | Damage]:
    """Everything in a segment whose first sequence is ``first``, in order.

    ``limit`` is the next segment's first sequence, if there is one: frames from there on were
    written but never acknowledged, and written again.
    """
    offset, expected = 0, first
    while frame := _next_whole(data, offset, expected):
        begin = frame.end - HEADER_BYTES - len(frame.payload)
        if limit is not None and frame.sequence >= limit:
            break
        if begin > offset or frame.sequence > expected:
            yield Damage(offset, begin - offset, expected, frame.sequence - expected, tail=False)
        yield frame
        offset, expected = frame.end, frame.sequence + 1
    size = 0 if frame else len(data) - offset
    lost = 0 if limit is None else limit - expected
    if (size and not frame) or lost:
        yield Damage(offset, size, expected, lost, tail=not lost)


def _next_whole(data: bytes, offset: int, expected: int) -> Frame | None:
    """The first whole frame at ``offset`` or behind it that is not older than ``expected``."""
    while offset >= 0:
        frame = _read(data, offset)
        if frame and frame.sequence >= expected:
            return frame
        offset = data.find(MARKER, offset + 1)
    return None


def _read(data: bytes, offset: int) -> Frame | None:
    body = offset + HEADER_BYTES
    if body > len(data):
        return None
    marker, sequence, time_ms, length, check = _FIELDS.unpack_from(data, offset)
    (head_check,) = _CHECK.unpack_from(data, offset + _FIELDS.size)
    if marker != MARKER or head_check != crc32(data[offset : offset + _FIELDS.size]):
        return None
    payload = data[body : body + length]
    if len(payload) < length or crc32(payload) != check:
        return None
    return Frame(sequence, time_ms, payload, body + length)
