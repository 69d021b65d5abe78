"""Logging in and out."""

from math import ceil
from typing import Final
from urllib.parse import urlencode

import structlog
from aiohttp import web

from console.audit import Audit
from console.guard import refuse_foreign
from console.identity import Identity
from console.passwords import Passwords
from console.sessions import Sessions
from console.throttle import Throttle
from console.visitor import Visitor
from pipeline.errors import PipelineError
from pipeline.metrics import CONSOLE_LOGINS

_LONGEST_NAME: Final = 64
_log = structlog.stdlib.get_logger("console.login")


class Login:
    """Answers the login form: back to where the user wanted to go, or to the form with a reason.

    ``by_pair`` counts failures of a user from an address, ``by_address`` those of an address: who
    guesses is slowed down without locking out the user who logs in from elsewhere.
    """

    def __init__(
        self,
        identity: Identity,
        sessions: Sessions,
        audit: Audit,
        by_pair: Throttle,
        by_address: Throttle,
    ) -> None:
        self._identity = identity
        self._sessions = sessions
        self._audit = audit
        self._by_pair = by_pair
        self._by_address = by_address
        self._passwords = Passwords()

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """POST /login."""
        refuse_foreign(request)
        form = await request.post()
        user, password = (_text(form.get(name)) for name in ("user", "password"))
        target = local_path(_text(form.get("next")))
        address = self._identity.address(request)
        wait = max(self._by_pair.wait_s((user, address)), self._by_address.wait_s(address))
        if wait > 0:
            CONSOLE_LOGINS.labels("limited").inc()
            return _back("wait", target, {"Retry-After": str(ceil(wait))})
        try:
            token = await self._token(user[:_LONGEST_NAME], password, address)
        except PipelineError as error:
            _log.warning("login failed", reason=str(error))
            return _back("away", target)
        return self._entered(request, token, target) if token else _back("wrong", target)

    async def leave(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """POST /logout."""
        name = self._identity.cookie(request)
        self._sessions.end(request.cookies.get(name, ""))
        await self._audit.note(visitor.user, "logout", "")
        answer = web.json_response({})
        answer.del_cookie(name, secure=self._identity.secure(request), httponly=True)
        return answer

    async def _token(self, user: str, password: str, address: str) -> str:
        """A new session's token; empty when user and password don't match."""
        known = self._identity.users.get(user)
        self._by_pair.tried((user, address))
        self._by_address.tried(address)
        right = await self._passwords.match(known.password if known else None, password)
        if known is None or not right:
            CONSOLE_LOGINS.labels("refused").inc()
            # What was typed as a name may be a password.
            named = user if known else "(unknown)"
            await self._audit.note(named, "login refused", f"from {address}")
            return ""
        self._by_pair.forget((user, address))
        self._by_address.take_back(address)
        await self._audit.note(user, "login", f"from {address}")
        CONSOLE_LOGINS.labels("ok").inc()
        return self._sessions.begin(user, known.password)

    def _entered(self, request: web.Request, token: str, target: str) -> web.StreamResponse:
        answer = _see(target)
        answer.set_cookie(
            self._identity.cookie(request),
            token,
            path="/",
            secure=self._identity.secure(request),
            httponly=True,
            samesite="Strict",
        )
        return answer


def local_path(target: str) -> str:
    """Where to go after the login: a path of ours, else the first page."""
    plain = target.isprintable() and target.startswith("/") and target[1:2] not in {"/", "\\"}
    return target if plain else "/"


def _back(reason: str, target: str, headers: dict[str, str] | None = None) -> web.Response:
    return _see("/login?" + urlencode({"error": reason, "next": target}), headers)


def _see(target: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(status=303, headers={"Location": target, **(headers or {})})


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
