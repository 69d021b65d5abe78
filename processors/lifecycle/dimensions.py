"""What deliveries are grouped by. Equal ones are one object, so that a million messages share it.

Texts come from outside, so their length is bounded here; how many there are, in the cells.
"""

from functools import lru_cache
from typing import Final

import msgspec

from pipeline.memo import Memo

OTHER: Final = "other"
_LONGEST_SID: Final = 64
_LONGEST_NAME: Final = 24


class Dimensions(msgspec.Struct, frozen=True, array_like=True, gc=False, cache_hash=True):
    """Texts are empty where no event told; ``carrier`` is MCC and MNC in digits."""

    account_sid: str
    service_sid: str
    channel: str
    country: str
    carrier: str = ""
    sender_type: str = ""


Texts = tuple[str, str, str, str, str, str]


def _bounded_dimensions(texts: Texts) -> Dimensions:
    account, service, *names = texts
    bounded = [_bounded(name, _LONGEST_NAME) for name in names]
    return Dimensions(_bounded(account, _LONGEST_SID), _bounded(service, _LONGEST_SID), *bounded)


def shared(own: Dimensions) -> Dimensions:
    """Give the one object that equals ``own``."""
    return DIMENSIONS[msgspec.structs.astuple(own)]


def _bounded(text: str, longest: int) -> str:
    return text if len(text) <= longest else OTHER


#: The one object with these texts, in the order of the fields. Once it forgets, objects in use
#: stay, and a new equal one is merely not the same object.
DIMENSIONS: Final = Memo(_bounded_dimensions, 200_000)


@lru_cache(maxsize=65_536)
def joined(one: Dimensions, two: Dimensions) -> Dimensions:
    """Join field by field: the greater text, for most often one event lacks what another has."""
    pairs = zip(msgspec.structs.astuple(one), msgspec.structs.astuple(two), strict=True)
    account, service, channel, country, carrier, sender = (max(pair) for pair in pairs)
    return DIMENSIONS[account, service, channel, country, carrier, sender]
