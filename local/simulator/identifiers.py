"""Identifiers shaped as Twilio's."""

from dataclasses import dataclass
from random import Random
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Draws SIDs and event ids."""

    random: Random

    def sid(self, prefix: str) -> str:
        """Two letters for the kind of resource and 32 hexadecimal digits."""
        return f"{prefix}{self.random.getrandbits(128):032x}"

    def digest(self) -> str:
        """The 64 hexadecimal digits that Verify uses as an event's id."""
        return f"{self.random.getrandbits(256):064x}"

    def uuid(self) -> str:
        """What Twilio calls a sink test's ``test_id``."""
        return str(UUID(int=self.random.getrandbits(128), version=4))
