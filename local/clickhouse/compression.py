"""Bodies in and out: the HTTP codings that ClickHouse's clients use, bounded in size."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, Protocol

import lz4.frame
from backports import zstd

from local.clickhouse.failure import (
    CANNOT_DECOMPRESS,
    NOT_IMPLEMENTED,
    TOO_LARGE,
    QueryError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_GZIP_WINDOW: Final = 31
_FASTEST: Final = 1


class _Frame(Protocol):
    """What decompressors of all libraries have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def decompress(body: bytes, coding: str, limit: int) -> bytes:
    """Undo a Content-Encoding.

    Raises QueryError when the coding is unknown, the body is not of it, or what comes out is
    larger than `limit` bytes.
    """
    if coding in {"", "identity"}:
        return body
    if coding not in _READERS:
        raise QueryError.refused(NOT_IMPLEMENTED, f"Unknown Content-Encoding '{coding}'")
    try:
        return _all_frames(body, _READERS[coding], limit)
    except (zlib.error, zstd.ZstdError, RuntimeError) as error:
        raise QueryError.refused(CANNOT_DECOMPRESS, f"The body is not {coding}") from error


def _all_frames(body: bytes, reader: Callable[[], _Frame], limit: int) -> bytes:
    """Clients send one frame a block, one after the other."""
    out: list[bytes] = []
    left = limit
    while body:
        frame = reader()
        piece = frame.decompress(body, left + 1)
        left -= len(piece)
        if left < 0:
            raise QueryError.refused(TOO_LARGE, f"The body is larger than {limit} bytes")
        if not frame.eof:
            raise QueryError.refused(CANNOT_DECOMPRESS, "The body was cut")
        out.append(piece)
        body = frame.unused_data or b""
    return b"".join(out)


def compress(body: bytes, accepted: str) -> tuple[bytes, str | None]:
    """Encode a response with the first of our codings that the client accepts."""
    offered = {coding.partition(";")[0].strip() for coding in accepted.split(",")}
    for coding, writer in _WRITERS.items():
        if coding in offered:
            return writer(body), coding
    return body, None


def _gzip(body: bytes) -> bytes:
    writer = zlib.compressobj(_FASTEST, zlib.DEFLATED, _GZIP_WINDOW)
    return writer.compress(body) + writer.flush()


_READERS: Final[dict[str, Callable[[], _Frame]]] = {
    "lz4": lz4.frame.LZ4FrameDecompressor,
    "zstd": zstd.ZstdDecompressor,
    "gzip": lambda: zlib.decompressobj(_GZIP_WINDOW),
    "deflate": zlib.decompressobj,
}
_WRITERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "lz4": lambda body: bytes(lz4.frame.compress(body)),
    "zstd": lambda body: zstd.compress(body, _FASTEST),
    "gzip": _gzip,
    "deflate": lambda body: zlib.compress(body, _FASTEST),
}
