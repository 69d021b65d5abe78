"""What a reader makes of a record: receipts, and how much of it was something else.

Each product has a quick reader, one typed decode for the shapes Twilio sends day in, day out,
and a patient one that takes any shape. They agree by construction (and by test) on the usual.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from pipeline.memo import Memo
from pipeline.twilio.address import country_of
from pipeline.twilio.clock import parse_time
from pipeline.twilio.network import country_of_network
from processors.lifecycle.observer import Observer
from processors.lifecycle.receipt import Receipt
from processors.lifecycle.verify.report import Report

LONGEST_SID: Final = 64
LONGEST_ADDRESS: Final = 128
LONGEST_TIME: Final = 40
_MOST_TAGS_BYTES: Final = 1024
#: How much of a number tells its country: "+" and seven digits.
PREFIX: Final = 8
#: How much of a time tells its second: 2026-01-01T00:00:00.000Z.
_TO_SECONDS: Final = 19
_encode: Final = msgspec.json.Encoder(order="sorted").encode
_MILLISECONDS: Final = {f".{number:03}Z": number for number in range(1000)}


class Reading(msgspec.Struct):
    """What the ``events`` of use in a record say, and the types of the other events."""

    receipts: list[Receipt] = []
    reports: list[Report] = []
    events: int = 0
    unused: Counter[str] = msgspec.field(default_factory=Counter)
    malformed: int = 0
    oversized: int = 0

    def tell(self, observer: Observer) -> None:
        """Count what is no receipt."""
        for event_type, events in self.unused.items():
            for _ in range(events):
                observer.unused(event_type)
        if self.malformed:
            observer.ignored("not_an_event", self.malformed)
        if self.oversized:
            observer.ignored("oversized", self.oversized)


#: Reads a record's value, received at an epoch ms; NotAnEventError when it is no JSON array.
ReadRecord = Callable[[bytes, int], Reading]


def fits(sid: str) -> bool:
    """Whether a SID is of a length that may be kept in state."""
    return len(sid) <= LONGEST_SID


def contact(number: str) -> str:
    """A recipient's address as kept in state; one of absurd length is not kept."""
    return number if len(number) <= LONGEST_ADDRESS else ""


def tags_text(tags: Mapping[str, Any] | None) -> str:
    """Tags as JSON text in a fixed order; what is above 1 KiB of them is left out."""
    if not tags:
        return ""
    kept: dict[str, str] = {}
    size = 2
    for name, value in sorted(tags.items()):
        size += len(_encode({name: value})) + 1
        if size > _MOST_TAGS_BYTES:
            break
        kept[name] = value
    return _encode(kept).decode() if kept else ""


def _epoch_ms(second: str) -> int | None:
    return parse_time(second + "Z")


_SECONDS: Final = Memo(_epoch_ms)


def quick_time(text: str) -> int | None:
    """``parse_time``, faster on what Twilio sends: milliseconds and a ``Z``."""
    milliseconds = _MILLISECONDS.get(text[_TO_SECONDS:])
    if milliseconds is None:
        return parse_time(text)
    seconds = _SECONDS[text[:_TO_SECONDS]]
    return None if seconds is None else seconds + milliseconds


#: ``quick_time`` by text: where speed matters, many events have the same millisecond.
TIMES: Final = Memo(quick_time)


def _country(told: tuple[str | None, str]) -> str:
    mcc, prefix = told
    return country_of_network(mcc, country_of(prefix))


#: The recipient's country, told by the network (MCC) and a number's first ``PREFIX`` characters.
COUNTRIES: Final = Memo(_country)
