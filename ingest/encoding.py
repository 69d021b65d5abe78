"""A body without its content encoding, never larger than allowed."""

import zlib
from typing import Final

from pipeline.errors import PermanentError, PipelineError

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_BARE_DEFLATE: Final = -zlib.MAX_WBITS
_PLAIN: Final = frozenset({"", "identity"})
_GZIP: Final = frozenset({"gzip", "x-gzip"})
_MOST_MEMBERS: Final = 8


class BombError(PipelineError):
    """The inflated body is larger than allowed."""


class EncodingError(PermanentError):
    """The body is not what its content encoding says, or the encoding is unknown."""


def is_plain(encoding: str) -> bool:
    """Whether there is nothing to undo."""
    return encoding.strip().lower() in _PLAIN


def decoded(body: bytes, encoding: str, limit: int) -> bytes:
    """Inflate gzip or deflate, at most ``limit`` bytes; BombError, EncodingError."""
    name = encoding.strip().lower()
    if name in _GZIP:
        return _inflated(body, _GZIP_OR_ZLIB, limit)
    if name != "deflate":
        raise EncodingError("the content encoding is unknown")
    try:
        return _inflated(body, _GZIP_OR_ZLIB, limit)
    except EncodingError:
        return _inflated(body, _BARE_DEFLATE, limit)


def _inflated(body: bytes, window_bits: int, limit: int) -> bytes:
    """All members of the stream; gzip allows several, and nobody needs many."""
    parts: list[bytes] = []
    size = 0
    for _ in range(_MOST_MEMBERS):
        stream = zlib.decompressobj(window_bits)
        try:
            parts.append(stream.decompress(body, limit - size + 1))
        except zlib.error as error:
            raise EncodingError("the body can't be inflated") from error
        size += len(parts[-1])
        if size > limit:
            raise BombError("the inflated body is too large")
        if not stream.eof:
            raise EncodingError("the body breaks off")
        body = stream.unused_data
        if not body:
            return b"".join(parts)
    raise EncodingError("the body has too many members")
