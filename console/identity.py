"""Finds out who sent a request: by the session's cookie, or by a trusted proxy's word."""

import hmac
import secrets
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from console.problems import FORBIDDEN, ProblemError
from console.sessions import Sessions
from console.users import User
from console.visitor import Role, Visitor
from pipeline.settings import ConsoleSettings
from pipeline.trusted_proxies import TrustedProxies
from pipeline.watched_file import WatchedFile

#: With TLS the name itself keeps other hosts and paths from setting the cookie.
_SECURE_COOKIE: Final = "__Host-session"
_PLAIN_COOKIE: Final = "session"


class Identity:
    """Knows the users, their sessions and the proxies that may name users."""

    def __init__(
        self,
        settings: ConsoleSettings,
        users: WatchedFile[dict[str, User]],
        sessions: Sessions,
    ) -> None:
        self._settings = settings
        self._users = users
        self._sessions = sessions
        self._proxies = TrustedProxies(settings.proxy_networks)
        self._csrf_key = secrets.token_bytes(32)

    @property
    def users(self) -> Mapping[str, User]:
        """Those who may log in with a password, as the file says now."""
        return self._users.current()

    def visitor(self, request: web.Request) -> Visitor | None:
        """Who asks, None when nobody is logged in.

        ProblemError when somebody who is no trusted proxy names a user.
        """
        header = self._settings.proxy_user_header
        if header and header in request.headers:
            return self._named(request)
        token = request.cookies.get(self.cookie(request), "")
        return self._of_session(token) if token else None

    def address(self, request: web.Request) -> str:
        """Where the request really comes from."""
        return self._proxies.source(request)

    def secure(self, request: web.Request) -> bool:
        """Whether the browser speaks TLS, to us or to a trusted proxy."""
        if request.secure:
            return True
        forwarded = request.headers.get("X-Forwarded-Proto", "").strip().lower()
        return forwarded == "https" and self._proxies.trusts(request.remote or "")

    def cookie(self, request: web.Request) -> str:
        """The name of the session's cookie."""
        return _SECURE_COOKIE if self.secure(request) else _PLAIN_COOKIE

    def _of_session(self, token: str) -> Visitor | None:
        session = self._sessions.find(token)
        if session is None:
            return None
        user = self.users.get(session.user)
        if user is None or user.password != session.proof:
            self._sessions.end(token)  # who was removed or has a new password is out at once
            return None
        return Visitor(user.name, user.role, session.csrf)

    def _named(self, request: web.Request) -> Visitor:
        if not self._proxies.trusts(request.remote or ""):
            raise ProblemError(FORBIDDEN, "Only the proxy may say who asks.")
        user = request.headers[self._settings.proxy_user_header].strip()
        if not user:
            raise ProblemError(FORBIDDEN, "The proxy did not say who asks.")
        csrf = hmac.digest(self._csrf_key, user.encode("utf-8", "replace"), "sha256").hex()
        return Visitor(user, self._role(request), csrf)

    def _role(self, request: web.Request) -> Role:
        header = self._settings.proxy_groups_header
        listed = request.headers.get(header, "") if header else ""
        groups = {group.strip() for group in listed.split(",")}
        return Role.OPERATOR if self._settings.proxy_operator_group in groups else Role.VIEWER
