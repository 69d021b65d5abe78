"""Who asks: the analyst without a password, the sink, or the administrator."""

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
SINK: Final = "sink"


@dataclass(frozen=True, slots=True)
class Access:
    """What a request may do: everything unless `guarded` or a sink, changes only if `writes`."""

    guarded: bool
    writes: bool
    sink: bool = False


@dataclass(frozen=True, slots=True)
class Users:
    """The users of a local server; the administrator's password comes from the environment."""

    administrator: str
    password: str

    def authenticate(
        self, method: str, headers: Mapping[str, str], params: Mapping[str, str]
    ) -> Access:
        """Return what the request may do; raises QueryError when nobody we know asks.

        As everywhere in ClickHouse, a GET never changes anything.
        """
        name, password = _credentials(headers, params)
        known = {
            self.administrator: self.password,
            SINK: sink_password(self.password),
            ANALYST: "",
        }
        expected = known.get(name, "")
        if not hmac.compare_digest(password.encode(), expected.encode()) or name not in known:
            raise QueryError.refused(
                AUTHENTICATION_FAILED,
                "Authentication failed: password is incorrect, or there is no user of that name",
            )
        analyst = name == ANALYST
        writes = not analyst and method != "GET"
        return Access(guarded=analyst, writes=writes, sink=name == SINK)


def sink_password(administrators: str) -> str:
    """The sink's password follows from the administrator's, and not the other way round."""
    return hmac.digest(administrators.encode(), SINK.encode(), "sha256").hex()


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
