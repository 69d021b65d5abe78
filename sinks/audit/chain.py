"""The chain: each record carries the SHA-256 of the record before it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from sinks.audit.record import FIELDS, ORIGIN, Record, text_of


class Link(msgspec.Struct, frozen=True):
    """A record in its place, and the exact bytes the next one's ``previous`` stands for."""

    record: Record
    text: bytes


class Chain:
    """Gives the store's rows their places; afterwards it knows what the manifest says."""

    def __init__(self) -> None:
        self.count = 0
        self.first = ""
        self.last = ORIGIN
        self.kinds: Counter[str] = Counter()

    def link(self, row: Sequence[Any]) -> Link:
        """The next record, made of a row in the order of FIELDS."""
        values = dict(zip(FIELDS, row, strict=True))
        self.count += 1
        record = Record(seq=self.count, previous=self.last, **values)
        text = text_of(record)
        self.last = hash_of(text)
        self.first = self.first or self.last
        self.kinds[record.kind] += 1
        return Link(record, text)


def hash_of(text: bytes) -> str:
    """A record's hash."""
    return hashlib.sha256(text).hexdigest()
