"""Passwords as argon2id hashes, computed in threads and few at a time."""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: 64 MiB and about 50 ms each (RFC 9106's choice for little memory).
_hasher: Final = PasswordHasher()
#: Stands for whoever is not known, so that an answer takes as long as for one who is.
_NOBODY: Final = _hasher.hash("nobody has this password")
_AT_ONCE: Final = 2
LONGEST: Final = 1_024


def hashed(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(password)


class Passwords:
    """Checks passwords without holding the event loop."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def match(self, kept: str | None, password: str) -> bool:
        """Whether it is the password of the hash; never for None, after as much work."""
        if len(password) > LONGEST:
            return False
        async with self._slots:
            right = await asyncio.to_thread(_verified, kept or _NOBODY, password)
        return right and kept is not None


def _verified(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
