"""A token of OAUTHBEARER, and how long it may be used."""

import base64
import binascii
from typing import Final

import msgspec
from aiokafka.errors import KafkaError

#: Characters of RFC 6750; anything else would break the message it is sent in.
_ALLOWED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")


class NoTokenError(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """There is no token to connect with; aiokafka tries again as after any other failure."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Token(msgspec.Struct, frozen=True):
    """The token's text, and the time (epoch seconds) until which it is valid; None: not told."""

    text: str
    until: float | None = None


class _Claims(msgspec.Struct):
    exp: float | None = None


def checked(text: str, where: str) -> str:
    """The text as it may be sent; NoTokenError says that what is there is no token."""
    if not text or not _ALLOWED.issuperset(text):
        raise NoTokenError(f"there is no token in {where}: have one put there")
    return text


def told_by(text: str) -> float | None:
    """When a JSON Web Token says that it expires; None of any other kind of token.

    Its signature is the broker's business.
    """
    claims = text.split(".")[1:2]
    try:
        encoded = claims[0].encode()
        decoded = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
        return msgspec.json.decode(decoded, type=_Claims).exp
    except (IndexError, binascii.Error, msgspec.DecodeError, UnicodeDecodeError):
        return None
