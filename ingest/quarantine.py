"""What is kept of a request nobody could verify."""

from typing import Final

from aiohttp import web

from pipeline.items.quarantined import Quarantined

_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "cookie"})


def quarantined(
    request: web.Request, body: bytes, *, problem: str, received_at: int, ingress_id: str
) -> Quarantined:
    """Everything a person needs to find out what went wrong, but no credentials."""
    return Quarantined(
        problem=problem,
        received_at=received_at,
        ingress_id=ingress_id,
        target=_clean(request.raw_path),
        headers=[
            (_clean(name), _clean(value))
            for name, value in request.headers.items()
            if name.lower() not in _CREDENTIALS
        ],
        body=body,
    )


def _clean(text: str) -> str:
    """JSON takes no surrogate escapes, which stand for bytes that were no UTF-8."""
    return text.encode("utf-8", "replace").decode()
