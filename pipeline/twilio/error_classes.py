"""What an error code means for the next step: may one retry, change the channel, or neither.

The classes are this project's judgement from Twilio's descriptions of the codes (Twilio
publishes no such flag); the table is ``data/error_codes.csv``.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

ErrorClass = Literal[
    "",  # no error
    "transient",  # the same message may get through shortly
    "permanent",  # never on this channel for this recipient
    "opt_out",  # the recipient asked to stop
    "filtered",  # refused for its content or sender
    "config",  # useless until somebody changes a setting or registration
    "cap",  # a limit is used up until it resets
    "fraud",  # blocked as pumping: neither retry nor pay for another channel
    "other",  # an error that says nothing about the next step, or is not known
]


class ErrorCode(msgspec.Struct, frozen=True):
    """One Twilio error code; ``level`` is Twilio's log level in lower case."""

    code: int
    error_class: ErrorClass
    level: str
    product: str
    name: str


@cache
def error_codes() -> dict[int, ErrorCode]:
    """The known error codes by number."""
    text = files("pipeline.twilio").joinpath("data/error_codes.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    entries = (msgspec.convert(row, ErrorCode, strict=False) for row in rows)
    return {entry.code: entry for entry in entries}


def error_class_of(code: int) -> ErrorClass:
    """The class of a code; 0 (no error) is the empty class, an unknown code ``other``."""
    if code == 0:
        return ""
    known = error_codes().get(code)
    return known.error_class if known else "other"
