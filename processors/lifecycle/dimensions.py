"""What deliveries are grouped by. Equal ones are one object, so that a million messages share it.

Texts come from outside, so their length is bounded here; how many there are, in the cells.
"""

from functools import lru_cache
from typing import Final

import msgspec

OTHER: Final = "other"
_LONGEST_SID: Final = 64
_LONGEST_NAME: Final = 24
_SHARED_MAX: Final = 100_000


class Dimensions(msgspec.Struct, frozen=True, array_like=True, gc=False, cache_hash=True):
    """Texts are empty where no event told; ``carrier`` is MCC and MNC in digits."""

    account_sid: str
    service_sid: str
    channel: str
    country: str
    carrier: str = ""
    sender_type: str = ""


_Texts = tuple[str, str, str, str, str, str]
_shared: Final[dict[_Texts, Dimensions]] = {}


def dimensions(texts: _Texts) -> Dimensions:
    """Give the one object with these texts, in the order of the fields."""
    return _shared.get(texts) or _share(texts)


def shared(own: Dimensions) -> Dimensions:
    """Give the one object that equals ``own``."""
    return dimensions(msgspec.structs.astuple(own))


def _share(texts: _Texts) -> Dimensions:
    if len(_shared) >= _SHARED_MAX:
        _shared.clear()  # objects in use stay; new equal ones are merely not the same object
    account, service, *names = texts
    sids = (_bounded(text, _LONGEST_SID) for text in (account, service))
    found = Dimensions(*sids, *(_bounded(name, _LONGEST_NAME) for name in names))
    return _shared.setdefault(texts, found)


def _bounded(text: str, longest: int) -> str:
    return text if len(text) <= longest else OTHER


@lru_cache(maxsize=65_536)
def joined(one: Dimensions, two: Dimensions) -> Dimensions:
    """Join field by field: the greater text, for most often one event lacks what another has."""
    pairs = zip(msgspec.structs.astuple(one), msgspec.structs.astuple(two), strict=True)
    account, service, channel, country, carrier, sender = (max(pair) for pair in pairs)
    return dimensions((account, service, channel, country, carrier, sender))
