"""Lets only those in who may: by role, and for changes only from our own page."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from console.identity import Identity
from console.problems import FORBIDDEN, UNAUTHORIZED, ProblemError
from console.visitor import Role, Visitor

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: A handler that is told who asks.
Guarded = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]

_READING: Final = frozenset({"GET", "HEAD"})
_OURS: Final = frozenset({"same-origin", "none"})


class Guard:
    """Wraps handlers; what is not wrapped is open to everybody."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def viewer(self, handler: Guarded) -> Handler:
        """For everybody who is logged in."""
        return self._guarded(handler, Role.VIEWER)

    def operator(self, handler: Guarded) -> Handler:
        """For operators."""
        return self._guarded(handler, Role.OPERATOR)

    def _guarded(self, handler: Guarded, role: Role) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            visitor = self._identity.visitor(request)
            if visitor is None:
                raise ProblemError(UNAUTHORIZED, "Log in first.")
            if request.method not in _READING:
                refuse_foreign(request)
                _check_token(request, visitor)
            if not visitor.may(role):
                raise ProblemError(FORBIDDEN, "Only operators may do this.")
            return await handler(request, visitor)

        return guarded


def refuse_foreign(request: web.Request) -> None:
    """Raise ProblemError when a browser says that another site's page sends this."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != _host(request)
    if site not in _OURS or (foreign and "Sec-Fetch-Site" not in request.headers):
        raise ProblemError(FORBIDDEN, "This was sent by another site.")


def _host(request: web.Request) -> str:
    return request.headers.get("X-Forwarded-Host") or request.host


def _check_token(request: web.Request, visitor: Visitor) -> None:
    given = request.headers.get("X-CSRF-Token", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, visitor.csrf.encode()):
        raise ProblemError(FORBIDDEN, "The page is out of date: load it again.")
