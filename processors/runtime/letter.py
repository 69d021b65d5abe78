"""The letter about a record that a fold could not take."""

from pathlib import PurePath
from traceback import extract_tb
from typing import Final

import msgspec

from pipeline.items.dead_letter import DeadLetter
from pipeline.topics import DEAD_LETTERS
from processors.runtime.fold import Item, SourceRecord

#: In base64 it must fit into a record, with room for the rest of the letter.
_MAX_ORIGINAL: Final = 8 * 1024 * 1024
_encode: Final = msgspec.json.Encoder().encode


def letter_about(
    record: SourceRecord, error: Exception, *, source: str, topic: str, partition: int
) -> Item:
    """Say which record failed where; the same letter however often it is written."""
    letter = DeadLetter(
        reason="fold_failed",
        detail=blame(error),
        source=source,
        kafka_topic=topic,
        kafka_partition=partition,
        kafka_offset=record.offset,
        received_at=record.received_at,
        original=record.value[:_MAX_ORIGINAL],
    )
    return Item(DEAD_LETTERS, f"{topic}/{partition}/{record.offset}", _encode(letter))


def blame(error: BaseException) -> str:
    """Name the error and the line that raised it, not its text: that may quote the record."""
    frames = extract_tb(error.__traceback__)
    where = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
