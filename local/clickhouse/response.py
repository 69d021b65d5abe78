"""What goes back: body, headers and status as ClickHouse sends them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from aiohttp import web

from local.clickhouse.compression import compress
from local.clickhouse.statement import format_of
from local.clickhouse.statuses import http_status

if TYPE_CHECKING:
    from local.clickhouse.engine import Answer
    from local.clickhouse.failure import QueryError
    from local.clickhouse.request import QueryRequest

_TEXT: Final = "text/tab-separated-values; charset=UTF-8"
_BINARY: Final = ("Native", "RowBinary", "Arrow", "Parquet", "ORC", "Avro", "MsgPack", "Npy")
_SERVER: Final = {"X-ClickHouse-Server-Display-Name": "local", "X-ClickHouse-Timezone": "UTC"}
_WORTH_COMPRESSING: Final = 512  # bytes


def answered(request: QueryRequest, answer: Answer) -> web.Response:
    """Build the response to a query that ran."""
    form = format_of(request.text[-256:].decode(errors="replace"), request.form)
    headers = _SERVER | {
        "X-ClickHouse-Query-Id": request.query_id,
        "X-ClickHouse-Summary": _summary(answer),
        "X-ClickHouse-Format": form,
        "Content-Type": _content_type(form),
    }
    body, coding = answer.body, None
    if len(body) >= _WORTH_COMPRESSING:
        body, coding = compress(body, request.accepted_codings)
    if coding:
        headers["Content-Encoding"] = coding
    return web.Response(body=body, headers=headers)


def failed(error: QueryError, query_id: str = "") -> web.Response:
    """Build the response to a query that was refused or failed."""
    headers = _SERVER | {
        "X-ClickHouse-Query-Id": query_id,
        "X-ClickHouse-Exception-Code": str(error.code),
        "Content-Type": "text/plain; charset=UTF-8",
    }
    return web.Response(
        body=f"{error.text}\n".encode(),
        status=http_status(error.code),
        headers=headers,
    )


def _summary(answer: Answer) -> str:
    """Write the figures as ClickHouse does: every number is a string."""
    figures = {
        "read_rows": answer.read_rows,
        "read_bytes": answer.read_bytes,
        "written_rows": answer.written_rows,
        "written_bytes": answer.written_bytes,
        "total_rows_to_read": 0,
        "result_rows": 0,
        "result_bytes": len(answer.body),
        "elapsed_ns": int(answer.seconds * 1e9),
    }
    return json.dumps({name: str(value) for name, value in figures.items()})


def _content_type(form: str) -> str:
    if form.startswith(("JSONEachRow", "JSONCompactEachRow", "NDJSON")):
        return "application/x-ndjson; charset=UTF-8"
    if form.startswith("JSON"):
        return "application/json; charset=UTF-8"
    if form.startswith("CSV"):
        return "text/csv; charset=UTF-8; header=present"
    return "application/octet-stream" if form.startswith(_BINARY) else _TEXT
