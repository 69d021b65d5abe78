"""Rows as changelog records: one record a row, or several where one would be too large.

A key is unique to partition, epoch and sequence, so a paused former owner can never overwrite a
row of its successor: its rows carry its own, older epoch.

Rows are small, but when an outage ends or begins, or a clock reaches the deadlines of hours, all
that a flush may hold changes at once, with announcements: more than brokers take in one record.
Such a row is cut into segments with a key each. They are acknowledged before anything refers to
the row; one whose writer died in between lacks segments, and is as if it had not been begun.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from processors.runtime.row import StateRow

Place = tuple[str, int]

_SEPARATOR: Final = b"|"
#: Parts of a whole row's key: topic, partition, epoch, sequence. A segment's key adds its number
#: and how many there are.
_PARTS: Final = 4
_MAX_BYTES: Final = 4 * 1024 * 1024
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(StateRow)


class Found(msgspec.Struct):
    """What a changelog holds of one partition; ``remains`` are keys of incomplete rows."""

    rows: list[StateRow] = []
    remains: list[bytes] = []


def row_keys(row: StateRow) -> list[bytes]:
    """The changelog keys of a row, one for each of its segments."""
    parts = (row.topic, row.partition, row.id.epoch, row.id.sequence)
    key = _SEPARATOR.join(str(part).encode() for part in parts)
    if row.segments == 1:
        return [key]
    return [_segment_key(key, index, row.segments) for index in range(row.segments)]


def row_records(row: StateRow, limit: int = _MAX_BYTES) -> list[tuple[bytes, bytes]]:
    """The changelog records that hold a row, as (key, value) of at most ``limit`` bytes."""
    value = _encoder.encode(row)
    if len(value) <= limit:
        return [(key, value) for key in row_keys(row)]
    row = msgspec.structs.replace(row, segments=len(value) // limit + 1)
    value = _encoder.encode(row)
    size = len(value) // row.segments + 1
    return [(key, value[i * size : (i + 1) * size]) for i, key in enumerate(row_keys(row))]


def read_rows(records: Iterable[tuple[bytes, bytes | None]]) -> dict[Place, Found]:
    """Put changelog records together, by source partition; lets go of each as it is read."""
    found: defaultdict[Place, Found] = defaultdict(Found)
    cut: defaultdict[tuple[bytes, int], dict[int, bytes]] = defaultdict(dict)
    for key, value in records:
        whole, index, count = _parse(key)
        if value and count == 1:
            found[_place(whole)].rows.append(_decoder.decode(value))
        elif value:
            cut[whole, count][index] = value
    for (whole, count), segments in cut.items():
        here = found[_place(whole)]
        if len(segments) == count:
            here.rows.append(_decoder.decode(b"".join(_in_order(segments))))
        else:
            here.remains += [_segment_key(whole, index, count) for index in segments]
    return found


def _segment_key(key: bytes, index: int, count: int) -> bytes:
    return b"%b|%d|%d" % (key, index, count)


def _parse(key: bytes) -> tuple[bytes, int, int]:
    """Split a record's key into that of the whole row, the segment's number and their count."""
    parts = key.split(_SEPARATOR)
    if len(parts) == _PARTS:
        return key, 0, 1
    *row, index, count = parts
    return _SEPARATOR.join(row), int(index), int(count)


def _place(key: bytes) -> Place:
    topic, partition, *_ = key.split(_SEPARATOR)
    return topic.decode(), int(partition)


def _in_order(segments: dict[int, bytes]) -> Iterator[bytes]:
    return (segments[index] for index in range(len(segments)))
