"""What the quick ways to a row share: people, times and payloads of events that hide nothing.

They read an event by one typed decode that allows no field but the known ones, so that it is known
where its numbers stand. Whatever is unusual is left to ``EventRows``.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from pipeline.masking import NUMBER_NAMES
from pipeline.memo import Memo
from pipeline.privacy import mask
from pipeline.twilio.address import channel_of, country_of, number_of
from pipeline.twilio.clock import parse_time
from pipeline.twilio.event import schema_version_of
from sinks.redaction import BODIES

_FEWEST_DIGITS: Final = 7
_MOST_DIGITS: Final = 15
#: ``2026-01-01T00:00:00.123Z``: to the second, and where the milliseconds and the zone are.
_SECOND: Final = 19
_MILLISECONDS: Final = slice(20, 23)
_USUAL_TIME: Final = 24
PLUS: Final = b"+"
#: What hides numbers from a plain search, or is personal and not a number.
_SUSPICIOUS: Final = (b"@", b"%", b"\\", b"client:")
_TELLING_NAMES: Final = BODIES | NUMBER_NAMES

#: Shared by all rows: a dict of its own costs each of them, and the garbage collector.
NO_TAGS: Final[dict[str, str]] = {}
#: What a typed decode raises for an event it does not know.
UNUSUAL: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

#: Told of every person: address, hash, the event's time and its receipt (epoch ms).
Note = Callable[[str, str, int, int], None]


class Recipient(msgspec.Struct, frozen=True, gc=False):
    """A person by their number; ``hidden`` is as long as the number, and starts as it does."""

    number: str
    hash: str
    masked: str
    country: str
    channel: str
    digits: bytes
    hidden: bytes


class Reader:
    """Remembers what recurs: recipients, seconds, versions, names of tags."""

    def __init__(self, hashed: Callable[[str], str]) -> None:
        self._hash = hashed
        self.recipients = Memo(self._recipient)
        self.versions = Memo(schema_version_of, limit=1_000)
        self.harmless = Memo(_harmless, limit=1_000)
        self._seconds = Memo(_second)

    def time(self, text: str) -> int | None:
        """Epoch ms, or None for what the quick way does not read."""
        digits = text[_MILLISECONDS]
        if len(text) != _USUAL_TIME or text[_SECOND] != "." or text[-1] != "Z":
            return parse_time(text)
        if not (digits.isascii() and digits.isdigit()):
            return None
        second = self._seconds[text[:_SECOND]]
        return None if second is None else second + int(digits)

    def _recipient(self, address: str) -> Recipient | None:
        number = number_of(address)
        if not is_number(number):
            return None
        masked = mask(number)
        return Recipient(
            number,
            self._hash(number),
            masked,
            country_of(address),
            channel_of(address),
            number[1:].encode(),
            masked.encode(),
        )


def is_number(text: str) -> bool:
    """Whether masking would take it for a number, in whatever text it stood."""
    digits = text[1:]
    return (
        text[:1] == "+"
        and _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS
        and digits.isascii()
        and digits.isdigit()
    )


def is_plain(text: bytes) -> bool:
    """Whether every number in it brings the plus that it starts with, and no name is personal."""
    for suspicious in _SUSPICIOUS:  # noqa: SIM110  a generator would cost more than the searches
        if suspicious in text:
            return False
    return True


def one_hidden(text: bytes, recipient: Recipient) -> bytes | None:
    """The plain text with its only number masked; None when there may be more to mask."""
    at = text.find(PLUS)
    if text.find(PLUS, at + 1) >= 0:
        return None
    masked = text[:at] + recipient.hidden + text[at + len(recipient.hidden) :]
    return None if recipient.digits in masked else masked


def _harmless(names: tuple[str, ...]) -> bool:
    """Whether tags of these names may hold bare digits and are no body."""
    return not any(name.lower() in _TELLING_NAMES for name in names)


def _second(text: str) -> int | None:
    return parse_time(f"{text}Z")
