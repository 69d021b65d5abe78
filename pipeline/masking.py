"""Masks phone numbers and e-mail addresses wherever they stand in a text, JSON or not.

It works on the bytes, so that it is fast, and needs no schema: Twilio's products put numbers into
fields, URLs, form data and JSON inside JSON. SIDs, times and counts have no shape it looks for.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from pipeline.privacy import mask

_DIGITS: Final = rb"\d(?:[ ().-]{0,2}\d){6,14}"
_PLUS: Final = re.compile(rb"(\+)(" + _DIGITS + rb")")
# A plus as URLs and as JSON may write it, inside JSON texts with more backslashes.
_WRITTEN_PLUS: Final = re.compile(rb"(%2[bB]|\\+u002[bB])(" + _DIGITS + rb")")
_MAIL: Final = re.compile(
    rb"()([A-Za-z0-9._+'-]{1,64}(?:@|%40|\\+u0040)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
)
_CLIENT: Final = re.compile(rb"(client:)([^\"\\&,\s]+)")
#: Bare digits count as a number where the name (here in lower case) before them says so.
NUMBER_NAMES: Final = frozenset(
    {"to", "from", "called", "caller", "callee", "author", "address", "recipient"}
    | {"phonenumber", "phone_number"}
)
_BARE: Final = re.compile(rb"\d{7,15}(?=[\\\"\s,}])")
_NAMED: Final = re.compile(
    rb"(\\*\")(?:%b)\\*\"\s*:\s*(\\*\")?$" % "|".join(sorted(NUMBER_NAMES)).encode(),
    re.IGNORECASE,
)
_LONGEST_NAME: Final = 40
_SHORTEST_KNOWN: Final = 5


def masked(text: bytes, known: Iterable[str] = ()) -> bytes:
    """The text with every number and address masked, and whatever is ``known`` to be one.

    JSON stays JSON of the same shape; a number written without quotes becomes a text.
    """
    for address in known:
        text = _without(text, address)
    if b"+" in text:
        text = _PLUS.sub(_hide, text)
    if b"%2" in text or b"u002" in text:
        text = _WRITTEN_PLUS.sub(_hide, text)
    if b"@" in text or b"%40" in text or b"u0040" in text:
        text = _MAIL.sub(_hide, text)
    if b"client:" in text:
        text = _CLIENT.sub(_hide, text)
    return _without_bare(text)


def masked_tags(tags: dict[str, str]) -> dict[str, str]:
    """Tags are meant to hold nothing personal; where one does, it is masked."""
    return {
        name: masked(text.encode("utf-8", "replace")).decode("utf-8", "replace")
        for name, text in tags.items()
    }


def addresses_in(text: bytes) -> set[str]:
    """The numbers and addresses that stand in it plainly, as a hash is made of them."""
    numbers = {b"+" + re.sub(rb"\D", b"", found[2]) for found in _PLUS.finditer(text)}
    numbers |= {b"+" + re.sub(rb"\D", b"", found[2]) for found in _WRITTEN_PLUS.finditer(text)}
    mails = {found[2] for found in _MAIL.finditer(text)}
    bare = {found[0] for found, _ in _bare_numbers(text)}
    return {each.decode("ascii", "replace") for each in numbers | mails | bare}


def _without(text: bytes, address: str) -> bytes:
    plain, hidden = _swap(address)
    return text.replace(plain, hidden) if plain else text


@lru_cache(maxsize=65_536)
def _swap(address: str) -> tuple[bytes, bytes]:
    """What to look for and what to put there; nothing for what is too short to be an address."""
    plain = address.removeprefix("+").encode("utf-8", "replace")
    if len(plain) < _SHORTEST_KNOWN:
        return b"", b""
    return plain, mask(address).removeprefix("+").encode("utf-8", "replace")


def _bare_numbers(text: bytes) -> Iterator[tuple[re.Match[bytes], re.Match[bytes]]]:
    """Digits, and the field's name before them."""
    for found in _BARE.finditer(text):
        start = found.start()
        named = _NAMED.search(text[max(start - _LONGEST_NAME, 0) : start])
        if named:
            yield found, named


def _without_bare(text: bytes) -> bytes:
    pieces, done = [], 0
    for found, named in _bare_numbers(text):
        quote = b"" if named[2] else named[1]
        pieces += [text[done : found.start()], quote, _mask(found[0]), quote]
        done = found.end()
    return b"".join([*pieces, text[done:]]) if pieces else text


def _hide(found: re.Match[bytes]) -> bytes:
    prefix, address = found[1], found[2]
    plus = b"+" if prefix and prefix != b"client:" else b""
    return prefix + _mask(plus + address).removeprefix(plus)


def _mask(address: bytes) -> bytes:
    # A backslash may not be cut off from what it escapes.
    return mask(address.decode("ascii", "replace")).replace("\\", "*").encode()
