"""Who asks, and what they may do."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """A viewer reads; an operator also acknowledges alerts and stops fallbacks."""

    VIEWER = "viewer"
    OPERATOR = "operator"


class Visitor(msgspec.Struct, frozen=True):
    """One logged-in user; ``csrf`` must come back with whatever changes something."""

    user: str
    role: Role
    csrf: str

    def may(self, role: Role) -> bool:
        """Whether they have the rights of this role."""
        return role is Role.VIEWER or self.role is Role.OPERATOR
