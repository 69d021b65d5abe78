"""Phone numbers and addresses of people, as a keyed hash and as a masked form."""

import hmac
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

from pipeline.settings import PrivacySettings

_SHOWN_START: Final = 3
_SHOWN_END: Final = 2
_REMEMBERED: Final = 65_536


class Key(msgspec.Struct, frozen=True):
    """A key of the HMAC; its id stands before each hash it made, unless it is empty."""

    id: str
    secret: bytes

    def hash(self, address: str) -> str:
        """``0a1b...`` or ``2026-11:0a1b...``; nobody's is empty."""
        if not address:
            return ""
        text = address.encode("utf-8", "replace")
        digest = hmac.digest(self.secret, text, "sha256")[:16].hex()
        return f"{self.id}:{digest}" if self.id else digest


class Pseudonymizer:
    """Turns an address into a hash that joins rows but does not give the address back.

    HMAC-SHA256 with the operator's key, cut to 128 bits: without the key the few billion phone
    numbers can't be tried out. ``former`` keys hash nothing anew; they tell what older rows hold.
    """

    def __init__(self, key: bytes, key_id: str = "", former: Sequence[Key] = ()) -> None:
        self._key = Key(key_id, key)
        self._former = tuple(former)
        self.hash = lru_cache(maxsize=_REMEMBERED)(self._key.hash)

    @classmethod
    def of(cls, settings: PrivacySettings) -> "Pseudonymizer":
        """With the keys of the settings."""
        former = [Key(name, secret.encode()) for name, secret in settings.former_keys]
        return cls(settings.hash_key.get_secret_value().encode(), settings.hash_key_id, former)

    def former_hashes(self, address: str) -> list[str]:
        """What the address was hashed to before the key was changed, newest key first."""
        return [key.hash(address) for key in self._former] if address else []

    def all_hashes(self, address: str) -> list[str]:
        """Every hash under which rows about the address may be."""
        return [self.hash(address), *self.former_hashes(address)] if address else []


def mask(address: str) -> str:
    """``+15550100002`` becomes ``+15*******02``; short ones are masked whole."""
    if len(address) <= _SHOWN_START + _SHOWN_END + 2:
        return "*" * len(address)
    hidden = "*" * (len(address) - _SHOWN_START - _SHOWN_END)
    return address[:_SHOWN_START] + hidden + address[-_SHOWN_END:]
