"""One HTTP request, read as ClickHouse reads it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import BodyPartReader

from local.clickhouse.compression import decompress
from local.clickhouse.failure import NOT_IMPLEMENTED, TOO_LARGE, QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

DEFAULT_FORMAT: Final = "TabSeparated"
_PARAMETER: Final = "param_"
_DEFAULT_SESSION_SECONDS: Final = 60.0
# Names in the URL that speak to the HTTP interface; every other name is a setting.
_CONTROL: Final = frozenset(
    {
        *("query", "query_id", "database", "default_format", "user", "password", "role"),
        *("session_id", "session_timeout", "session_check", "quota_key", "stacktrace"),
        *("compress", "decompress", "enable_http_compression", "http_zlib_compression_level"),
        *("network_compression_method", "client_protocol_version", "wait_end_of_query"),
        "buffer_size",
    },
)


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """What is to be run, and how."""

    text: bytes
    parameters: dict[str, str]
    settings: dict[str, str]
    database: str
    form: str
    query_id: str
    session_id: str
    session_seconds: float
    accepted_codings: str


async def read_request(request: web.Request, limit: int) -> QueryRequest:
    """Read it whole; raises QueryError when it is larger than `limit` bytes or can't be read."""
    values = dict(request.query)
    body = b""
    if request.content_type == "multipart/form-data":
        values |= await _form_fields(request, limit)
    else:
        body = await _body(request, limit)
    return _build(request.headers, values, body)


def _build(headers: Mapping[str, str], values: dict[str, str], body: bytes) -> QueryRequest:
    _refuse_own_compression(values)
    asked = values.get("default_format") or headers.get("X-ClickHouse-Format")
    compressed = values.get("enable_http_compression") == "1"
    return QueryRequest(
        text=b"\n".join(part for part in (values.get("query", "").encode(), body) if part),
        parameters=_parameters(values),
        settings={n: v for n, v in values.items() if not _is_control(n)},
        database=values.get("database") or headers.get("X-ClickHouse-Database", ""),
        form=asked or DEFAULT_FORMAT,
        query_id=values.get("query_id") or str(uuid.uuid4()),
        session_id=values.get("session_id", ""),
        session_seconds=_seconds(values.get("session_timeout", "")),
        accepted_codings=headers.get("Accept-Encoding", "") if compressed else "",
    )


def _parameters(values: Mapping[str, str]) -> dict[str, str]:
    return {n.removeprefix(_PARAMETER): v for n, v in values.items() if n.startswith(_PARAMETER)}


def _is_control(name: str) -> bool:
    return name in _CONTROL or name.startswith(_PARAMETER)


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else _DEFAULT_SESSION_SECONDS


def _refuse_own_compression(values: Mapping[str, str]) -> None:
    if "1" in {values.get("compress"), values.get("decompress")}:
        raise QueryError.refused(
            NOT_IMPLEMENTED,
            "compress and decompress are not served here; use Content-Encoding instead",
        )


async def _body(request: web.Request, limit: int) -> bytes:
    pieces: list[bytes] = []
    left = limit
    async for piece in request.content.iter_any():
        left -= len(piece)
        if left < 0:
            raise QueryError.refused(TOO_LARGE, f"The body is larger than {limit} bytes")
        pieces.append(piece)
    return decompress(b"".join(pieces), request.headers.get("Content-Encoding", ""), limit)


async def _form_fields(request: web.Request, limit: int) -> dict[str, str]:
    """Clients may send parameters as a form, to keep long ones out of the URL."""
    fields: dict[str, str] = {}
    left = limit
    reader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.filename:
            raise QueryError.refused(NOT_IMPLEMENTED, "External tables are not served here")
        text = await part.text()
        left -= len(text)
        if left < 0:
            raise QueryError.refused(TOO_LARGE, f"The form is larger than {limit} bytes")
        fields[str(part.name)] = text
    return fields
