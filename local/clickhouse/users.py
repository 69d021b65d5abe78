"""Who asks: the analyst without a password, who may only read, or the writer."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from local.clickhouse.failure import AUTHENTICATION_FAILED, QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

ANALYST: Final = "default"


@dataclass(frozen=True, slots=True)
class Access:
    """What a request may do: everything unless `guarded`, changing anything only if `writes`."""

    guarded: bool
    writes: bool


@dataclass(frozen=True, slots=True)
class Users:
    """The two users of a local server; the writer's password comes from the environment."""

    writer: str
    password: str

    def authenticate(
        self, method: str, headers: Mapping[str, str], params: Mapping[str, str]
    ) -> Access:
        """Return what the request may do; raises QueryError when nobody we know asks.

        As everywhere in ClickHouse, a GET never changes anything.
        """
        name, password = _credentials(headers, params)
        expected = self.password if name == self.writer else ""
        known = name in {self.writer, ANALYST}
        if not hmac.compare_digest(password.encode(), expected.encode()) or not known:
            raise QueryError.refused(
                AUTHENTICATION_FAILED,
                "Authentication failed: password is incorrect, or there is no user of that name",
            )
        writer = name == self.writer
        return Access(guarded=not writer, writes=writer and method != "GET")


def _credentials(headers: Mapping[str, str], params: Mapping[str, str]) -> tuple[str, str]:
    authorization = headers.get("Authorization", "")
    if authorization.startswith("Basic "):
        return _basic(authorization.removeprefix("Basic "))
    name = headers.get("X-ClickHouse-User") or params.get("user") or ANALYST
    return name, headers.get("X-ClickHouse-Key") or params.get("password", "")


def _basic(encoded: str) -> tuple[str, str]:
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name or ANALYST, password
