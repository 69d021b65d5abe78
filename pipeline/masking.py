"""Masks phone numbers and e-mail addresses wherever they stand in a text, JSON or not.

It works on the bytes, so that it is fast, and needs no schema: Twilio's products put numbers into
fields, URLs, form data and JSON inside JSON. SIDs, times and counts have no shape it looks for.
"""

import re
from collections.abc import Iterable
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
#: Bare digits count as a number where the field's name says so.
_FIELD: Final = re.compile(
    rb"(\\*\"(?:to|from|called|caller|callee|author|address|recipient|phone_?number)\\*\"\s*:\s*)"
    rb"(\\*\")?(\d{7,15})(?=[\\\"\s,}])",
    re.IGNORECASE,
)
_MANY_DIGITS: Final = re.compile(rb"\d{7}")
_QUOTE: Final = re.compile(rb"\\*\"")
_SHORTEST_KNOWN: Final = 5


def masked(text: bytes, known: Iterable[str] = ()) -> bytes:
    """The text with every number and address masked, and whatever is ``known`` to be one.

    JSON stays JSON of the same shape; a number written without quotes becomes a text.
    """
    if b"+" in text:
        text = _PLUS.sub(_hide, text)
    if b"%2" in text or b"u002" in text:
        text = _WRITTEN_PLUS.sub(_hide, text)
    if b"@" in text or b"%40" in text or b"u0040" in text:
        text = _MAIL.sub(_hide, text)
    if b"client:" in text:
        text = _CLIENT.sub(_hide, text)
    if _MANY_DIGITS.search(text):
        text = _FIELD.sub(_hide_field, text)
    for address in known:
        text = _without(text, address)
    return text


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
    bare = {found[3] for found in _FIELD.finditer(text)}
    return {each.decode("ascii", "replace") for each in numbers | mails | bare}


def _without(text: bytes, address: str) -> bytes:
    plain = address.removeprefix("+").encode("utf-8", "replace")
    if len(plain) < _SHORTEST_KNOWN or plain not in text:
        return text
    return text.replace(plain, mask(address).removeprefix("+").encode("utf-8", "replace"))


def _hide(found: re.Match[bytes]) -> bytes:
    prefix, address = found[1], found[2]
    plus = b"+" if prefix and prefix != b"client:" else b""
    return prefix + _mask(plus + address).removeprefix(plus)


def _hide_field(found: re.Match[bytes]) -> bytes:
    name, quote, digits = found[1], found[2], found[3]
    if quote is not None:
        return name + quote + _mask(digits)
    mark = _QUOTE.match(name)
    written = mark[0] if mark else b'"'
    return name + written + _mask(digits) + written


def _mask(address: bytes) -> bytes:
    # A backslash may not be cut off from what it escapes.
    return mask(address.decode("ascii", "replace")).replace("\\", "*").encode()
