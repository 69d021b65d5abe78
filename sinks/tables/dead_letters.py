"""``dead_letters_store``: one row per dead letter, named by what it is about."""

from typing import Final

import msgspec

from pipeline.items.dead_letter import DeadLetter
from pipeline.masking import addresses_in, masked
from pipeline.privacy import Pseudonymizer
from sinks.load import Row
from sinks.redaction import without_bodies
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
        ("people", "Array(String)"),
        *PLACE,
    ),
)
_MAX_INT32: Final = 1 << 31
_decoder: Final = msgspec.json.Decoder(DeadLetter)


class DeadLetterRows:
    """Makes rows of letters, whose originals stay whole in Kafka alone.

    Here they have no bodies and no clear numbers; ``people`` are the hashes of those in it.
    """

    def __init__(self, pseudonymizer: Pseudonymizer, *, keep_bodies: bool) -> None:
        self._hash = pseudonymizer.hash
        self._keep_bodies = keep_bodies

    def row(self, element: msgspec.Raw, received_at: int, place: Row) -> Row:
        """One row; ValueError when the element is no letter, or one no column can hold."""
        letter = _decoder.decode(element)
        people = sorted({self._hash(address) for address in addresses_in(letter.original)})
        original = letter.original if self._keep_bodies else _without_bodies(letter.original)
        return _row(letter, masked(original), people, received_at, place)


def _without_bodies(original: bytes) -> bytes:
    """What is no JSON can't be searched for a body: it is kept only when it names none."""
    try:
        return without_bodies(original)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return b"" if b"body" in original.lower() else original


def _row(
    letter: DeadLetter, original: bytes, people: list[str], received_at: int, place: Row
) -> Row:
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
        original,
        people,
        *place,
    )
