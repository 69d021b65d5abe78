"""Dead letters about what ClickHouse refuses, with the original bytes."""

from typing import Final

from pipeline.items.dead_letter import DeadLetter
from pipeline.twilio.envelope import split
from sinks.load import Load, Row, place_of

# The original grows by a third in the letter and must still fit into one record.
_MAX_ORIGINAL: Final = 8 * 1024 * 1024
_WHOLE: Final = -1


def letter_about_row(load: Load, row: Row, cause: str) -> DeadLetter:
    """The element this row was made of; nothing of it is stored."""
    offset, index = place_of(row)
    element = bytes(split(load.sources[offset].value)[index])
    return _letter(load, offset, index, f"refused: {cause}", element)


def letter_about_record(load: Load, offset: int, cause: str) -> DeadLetter:
    """A record whose rows are stored but could not be joined into what is derived from them."""
    detail = f"stored, but not joined: {cause}"
    return _letter(load, offset, _WHOLE, detail, load.sources[offset].value)


def _letter(load: Load, offset: int, index: int, detail: str, original: bytes) -> DeadLetter:
    return DeadLetter(
        reason="not_storable",
        detail=detail,
        source="sink",
        kafka_topic=load.partition.topic,
        kafka_partition=load.partition.number,
        kafka_offset=offset,
        kafka_index=index,
        received_at=load.sources[offset].received_at,
        original=original[:_MAX_ORIGINAL],
    )
