"""The ways one URL may be spelled: proxies and clients write percent-encodings differently."""

import re
from collections.abc import Iterator
from typing import Final

_ESCAPE: Final = re.compile("%([0-9a-fA-F]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def spellings(target: str) -> Iterator[str]:
    """The target as it came, and its equivalents by RFC 3986 when it holds an escape.

    Equal are the two cases of hexadecimal digits, and an unreserved character and its escape.
    """
    yield target
    if "%" in target:
        upper = _ESCAPE.sub(lambda escape: escape[0].upper(), target)
        lower = _ESCAPE.sub(lambda escape: escape[0].lower(), target)
        plain = _ESCAPE.sub(_plain, target)
        yield from {upper, lower, plain} - {target}


def _plain(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()
