"""What every answer tells the browser to allow, and not to."""

from collections.abc import Iterable, Mapping
from typing import Final

from aiohttp import web

from console.identity import Identity

_SOURCES: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_A_YEAR: Final = "max-age=31536000"


def protect(app: web.Application, identity: Identity, inline: Mapping[str, Iterable[str]]) -> None:
    """Add the headers to every answer; nothing but the page's files may be kept by a cache.

    Of what stands inside the page only what ``inline`` names by its hash is obeyed.
    """
    headers = {**_HEADERS, "Content-Security-Policy": _policy(inline)}

    async def add(request: web.Request, answer: web.StreamResponse) -> None:
        answer.headers.update(headers)
        answer.headers.setdefault("Cache-Control", "no-store")
        if identity.secure(request):
            answer.headers["Strict-Transport-Security"] = _A_YEAR

    app.on_response_prepare.append(add)


def _policy(inline: Mapping[str, Iterable[str]]) -> str:
    named = {f"{element}-src": hashes for element, hashes in inline.items()}
    return "; ".join(
        " ".join((kind, source, *named.get(kind, ()))) for kind, source in _SOURCES.items()
    )
