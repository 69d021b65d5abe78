"""A request body cut into its events, byte for byte.

Two readers: a fast one, and a patient one for what the fast one refuses as a whole although
only one element is odd (a lone surrogate, a control character, very deep nesting). Refusing such
a body would cost the neighbours, and Twilio never sends a refused event again.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.errors import PermanentError
from pipeline.twilio.envelope import NotAnEventError, cut

_BLANKS: Final = b" \t\r\n"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_TOKENS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]', re.DOTALL)


class NotEventsError(PermanentError):
    """The body is no JSON array and no JSON object, so nothing in it can be an event."""


class NotJsonError(NotEventsError):
    """The body is not JSON at all."""


def elements_of(body: bytes) -> Sequence[bytes]:
    """The events of an array, or the one event the body is; they may still be no events.

    They are views of the body where possible, not copies. NotJsonError or NotEventsError when
    the body is neither.
    """
    array = b"[%b]" % body if body.lstrip(_BLANKS)[:1] == b"{" else body
    try:
        elements = cut(array)
    except NotAnEventError:
        return _elements_patiently(body)
    if array is not body and len(elements) != 1:
        raise NotJsonError("the body is several JSON values")
    return elements


def is_text(body: bytes) -> bool:
    """Whether it is UTF-8, which the readers of JSON above need not notice."""
    if body.isascii():
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _elements_patiently(body: bytes) -> list[bytes]:
    stripped = body.removeprefix(_BYTE_ORDER_MARK).strip(_BLANKS)
    if not _is_json(stripped):
        raise NotJsonError("the body is not JSON")
    if stripped[:1] == b"{":
        return [stripped]
    if stripped[:1] == b"[":
        return list(_cut(stripped))
    raise NotEventsError("the body is neither a JSON array nor an object")


def _is_json(text: bytes) -> bool:
    """Whether the standard library's lenient reader takes it; one too deep for it may be JSON."""
    try:
        json.loads(
            text.decode("utf-8", "surrogateescape"),
            parse_int=str,
            parse_float=str,
            strict=False,
        )
    except ValueError:
        return False
    except RecursionError:
        return text[:1] + text[-1:] in {b"[]", b"{}"}
    return True


def _cut(array: bytes) -> Iterator[bytes]:
    """The elements between the commas that stand at the array's own level."""
    depth, start = 0, 1
    for token in _TOKENS.finditer(array):
        mark = token[0]
        if mark in b"[{":
            depth += 1
        elif mark in b"]}":
            depth -= 1
        elif mark == b"," and depth == 1:
            yield array[start : token.start()].strip(_BLANKS)
            start = token.end()
    last = array[start:-1].strip(_BLANKS)
    if last:
        yield last
