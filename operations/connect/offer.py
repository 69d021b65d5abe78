"""Which event types Twilio offers an account, and which of them are wanted."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from operations.connect.wanted import Wanted
from pipeline.errors import ConfigurationError
from pipeline.twilio.catalogue import event_types

#: Twilio's word for types that a new subscription should be for.
AVAILABLE: Final = "available"


class OfferedType(msgspec.Struct, frozen=True):
    """A type; those of one schema share its versions."""

    type: str
    schema_id: str
    status: str


class Offer(msgspec.Struct, frozen=True):
    """Types by name, and the newest version of each schema that was asked for."""

    types: dict[str, OfferedType]
    latest: dict[str, int] = {}

    def newest(self, event_type: str) -> int | None:
        """The newest version of the type's schema; None where it was not asked for."""
        known = self.types.get(event_type)
        return self.latest.get(known.schema_id) if known else None

    def unknown(self) -> list[str]:
        """Types that this version has not heard of."""
        return sorted(self.types.keys() - event_types().keys())


def chosen_types(wanted: Wanted, offer: Offer) -> list[str]:
    """The wanted types, sorted.

    A pattern means what Twilio offers and this version knows, and leaves out what is on its way
    out. ConfigurationError for a name or pattern that means nothing.
    """
    named = set[str]()
    for pattern in wanted.types:
        found = set(_meant_by(pattern, offer))
        if not found:
            raise ConfigurationError(f"types: Twilio offers no event type {pattern}")
        named |= found
    left_out = {name for name in named if _fits_any(name, wanted.except_types)}
    if named == left_out:
        raise ConfigurationError("types: nothing is left of them")
    return sorted(named - left_out)


def pinned_version(wanted: Wanted, event_type: str) -> int | None:
    """The version the file pins: the type's own, else the longest pattern's; None is any."""
    fitting = [name for name in wanted.schema_versions if fnmatchcase(event_type, name)]
    closest = max(fitting, key=lambda name: (name == event_type, len(name)), default="")
    return wanted.schema_versions.get(closest)


def check_versions(wanted: Wanted, chosen: Iterable[str], offer: Offer) -> None:
    """ConfigurationError when a version is pinned that is not there, or of no wanted type."""
    types = list(chosen)
    for name in wanted.schema_versions:
        if not any(fnmatchcase(each, name) for each in types):
            raise ConfigurationError(f"schema_versions: {name} is no wanted event type")
    for each in types:
        version, newest = pinned_version(wanted, each), offer.newest(each)
        if version and newest and version > newest:
            raise ConfigurationError(
                f"schema_versions: {each} has no version {version} yet, its newest is {newest}"
            )


def _meant_by(pattern: str, offer: Offer) -> Iterator[str]:
    if "*" not in pattern:
        return iter([pattern] if pattern in offer.types else [])
    known = event_types()
    return (
        name
        for name, each in offer.types.items()
        if name in known and each.status == AVAILABLE and fnmatchcase(name, pattern)
    )


def _fits_any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
