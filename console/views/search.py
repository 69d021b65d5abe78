"""Finds what happened to one message, verification or call, or to one person's."""

import re
from typing import Final

from console.problems import BAD_REQUEST, ProblemError
from console.views import Answer
from console.warehouse import Ask, together
from pipeline.privacy import Pseudonymizer
from pipeline.twilio.address import number_of

SID: Final = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_SEPARATORS: Final = re.compile(r"[\s().\-/]")
_NUMBER: Final = re.compile(r"\+[0-9]{7,15}")


async def search(ask: Ask, text: str, hashes: Pseudonymizer | None) -> Answer:
    """By SID or phone number; ProblemError when it is neither, or numbers can't be hashed here."""
    wanted = text.strip()
    if SID.fullmatch(wanted):
        return await _find(ask, "sid", wanted, [])
    number = phone_number(wanted)
    if hashes is None:
        raise ProblemError(
            BAD_REQUEST,
            "Numbers can't be searched here: the console lacks TWILIO_PIPELINE_PRIVACY_HASH_KEY.",
        )
    return await _find(ask, "number", "", hashes.all_hashes(number))


def phone_number(text: str) -> str:
    """The number as it was hashed when it was stored: ``+4915112345678``.

    ProblemError when it is none; the error does not repeat it.
    """
    number = _SEPARATORS.sub("", number_of(text))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not _NUMBER.fullmatch(number):
        raise ProblemError(
            BAD_REQUEST, "Search for a SID, or for a number with its country: +4915112345678."
        )
    return number


async def _find(ask: Ask, kind: str, sid: str, hashes: list[str]) -> Answer:
    messages, verifications, calls = await together(
        ask("found_messages", sid=sid, hashes=hashes),
        ask("found_verifications", sid=sid, hashes=hashes),
        ask("found_calls", sid=sid, hashes=hashes),
    )
    return {"kind": kind, "messages": messages, "verifications": verifications, "calls": calls}
