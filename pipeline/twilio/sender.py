"""What kind of sender a message or call came from: receipts and filters differ by it."""

from functools import lru_cache
from typing import Final

_CHANNELS: Final = frozenset({"whatsapp", "rcs", "messenger", "client", "sip"})
_TOLL_FREE: Final = frozenset({"800", "833", "844", "855", "866", "877", "888"})
_LONGEST_SHORT_CODE: Final = 8


@lru_cache(maxsize=16_384)
def sender_type_of(address: str) -> str:
    """``long_code``, ``toll_free`` (North America), ``short_code``, ``alphanumeric``, a channel.

    ``other`` is an address of a channel nobody here has heard of; empty is no sender told.
    """
    prefix, separator, _ = address.partition(":")
    if separator:
        return prefix.lower() if prefix.lower() in _CHANNELS else "other"
    if address.startswith("+"):
        return "toll_free" if address[1:2] == "1" and address[2:5] in _TOLL_FREE else "long_code"
    if address.isascii() and address.isdigit() and len(address) <= _LONGEST_SHORT_CODE:
        return "short_code"
    return "alphanumeric" if address else ""
