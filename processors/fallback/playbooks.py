"""Policies that plans have begun under, kept with them: a plan ends by the rules it began with."""

from hashlib import blake2b
from typing import Final

import msgspec

from processors.fallback.policy import Policy
from processors.runtime.fold import Key

_encode: Final = msgspec.msgpack.Encoder(order="deterministic").encode


class Playbook(msgspec.Struct):
    """A policy as it was; ``row`` belongs to the runtime."""

    policy: Policy
    dry_run: bool
    row: int = 0


class Playbooks:
    """Playbooks by the digest of what they say."""

    def __init__(self, changed: set[Key]) -> None:
        self.by_name: dict[str, Playbook] = {}
        self._changed = changed

    def name_of(self, policy: Policy, *, dry_run: bool) -> str:
        """Keep a policy as it is now; give the name by which plans refer to it."""
        name = blake2b(_encode((policy, dry_run)), digest_size=6).hexdigest()
        if name not in self.by_name:
            self.by_name[name] = Playbook(policy, dry_run)
            self._changed.add(name)
        return name
