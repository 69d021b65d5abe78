"""Who is logged in, in memory: a restart logs everybody out."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Final

import msgspec

from pipeline.metrics import CONSOLE_SESSIONS

_TOKEN_BYTES: Final = 32


class Session(msgspec.Struct):
    """One login; ``proof`` is the hash of the password it was made with."""

    user: str
    proof: str
    csrf: str
    begun: float
    used: float


class Sessions:
    """Sessions by their token's SHA-256: who reads this memory has no token.

    ``clock`` gives seconds, only forward.
    """

    def __init__(self, clock: Callable[[], float], idle_s: float, longest_s: float) -> None:
        self._clock = clock
        self._idle_s = idle_s
        self._longest_s = longest_s
        self._by_digest = dict[bytes, Session]()

    def begin(self, user: str, proof: str) -> str:
        """Begin one and return its token, which exists nowhere else."""
        self._forget_ended()
        now = self._clock()
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        session = Session(user, proof, secrets.token_urlsafe(_TOKEN_BYTES), now, now)
        self._by_digest[_digest(token)] = session
        CONSOLE_SESSIONS.set(len(self._by_digest))
        return token

    def find(self, token: str) -> Session | None:
        """The session if it has not ended; it counts as used now."""
        digest = _digest(token)
        session = self._by_digest.get(digest)
        if session is None:
            return None
        if self._ended(session):
            del self._by_digest[digest]
            return None
        session.used = self._clock()
        return session

    def end(self, token: str) -> None:
        """End it, if it is there."""
        self._by_digest.pop(_digest(token), None)
        CONSOLE_SESSIONS.set(len(self._by_digest))

    def _ended(self, session: Session) -> bool:
        now = self._clock()
        return now - session.used >= self._idle_s or now - session.begun >= self._longest_s

    def _forget_ended(self) -> None:
        self._by_digest = {
            digest: session
            for digest, session in self._by_digest.items()
            if not self._ended(session)
        }


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
