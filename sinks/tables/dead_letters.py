"""``dead_letters_store``: one row per dead letter, named by what it is about."""

from typing import Final

import msgspec

from pipeline.items.dead_letter import DeadLetter
from sinks.load import Row
from sinks.tables.table import PLACE, Table, storable_time

DEAD_LETTERS: Final = Table(
    "dead_letters_store",
    (
        ("origin", "String"),
        ("reason", "LowCardinality(String)"),
        ("detail", "String"),
        ("source", "LowCardinality(String)"),
        ("origin_topic", "LowCardinality(String)"),
        ("origin_partition", "Int32"),
        ("origin_offset", "Int64"),
        ("origin_index", "Int32"),
        ("received_at", "DateTime64(3, 'UTC')"),
        ("original", "String"),
        *PLACE,
    ),
)
_MAX_INT32: Final = 1 << 31
_decoder: Final = msgspec.json.Decoder(DeadLetter)


def dead_letter_row(element: msgspec.Raw, received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no letter, or one no column can hold."""
    letter = _decoder.decode(element)
    if max(letter.kafka_partition, letter.kafka_index) >= _MAX_INT32:
        raise ValueError("a number of the letter is out of range")
    origin = (letter.kafka_topic, letter.kafka_partition, letter.kafka_offset, letter.kafka_index)
    return (
        "/".join(map(str, origin if letter.kafka_topic else place)),
        letter.reason,
        letter.detail,
        letter.source,
        *origin,
        storable_time(letter.received_at, received_at),
        letter.original,
        *place,
    )
