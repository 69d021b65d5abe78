"""What every answer tells the browser to allow, and not to."""

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
_POLICY: Final = "; ".join(f"{kind} {source}" for kind, source in _SOURCES.items())
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_A_YEAR: Final = "max-age=31536000"


def protect(app: web.Application, identity: Identity) -> None:
    """Add the headers to every answer; nothing but the page's files may be kept by a cache."""

    async def add(request: web.Request, answer: web.StreamResponse) -> None:
        answer.headers.update(_HEADERS)
        answer.headers.setdefault("Cache-Control", "no-store")
        if identity.secure(request):
            answer.headers["Strict-Transport-Security"] = _A_YEAR

    app.on_response_prepare.append(add)
