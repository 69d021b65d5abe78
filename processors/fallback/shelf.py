"""Where plans stand: encoded, so that a million take a few hundred megabytes."""

from collections.abc import Iterator
from typing import Final

import msgspec

from processors.fallback.plan import Plan, key_of

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Plan).decode


class Held(msgspec.Struct, gc=False):
    """A plan's bytes; ``row`` belongs to the runtime."""

    data: bytes
    row: int = 0


class Shelf:
    """Plans by key, and by the reference of the message that a step has sent."""

    def __init__(self) -> None:
        self.by_key: dict[bytes, Held] = {}
        self.changed: set[bytes] = set()
        self._by_reference: dict[str, bytes] = {}

    def __len__(self) -> int:
        return len(self.by_key)

    def get(self, key: bytes) -> Plan | None:
        """Read a plan; what is changed in it counts when it is put back."""
        held = self.by_key.get(key)
        return _decode(held.data) if held else None

    def about(self, sid: str) -> Plan | None:
        """Find the plan about a verification or message, be it one that a step has sent."""
        key = key_of(sid)
        return self.get(self._by_reference.get(sid, key))

    def put(self, plan: Plan) -> bytes:
        """Keep a plan; give its key."""
        key = key_of(plan.sid)
        held = self.by_key.get(key)
        if held:
            held.data = _encode(plan)
        else:
            self.by_key[key] = Held(_encode(plan))
        if plan.reference and plan.product == "messaging":
            self._by_reference[plan.reference] = key
        self.changed.add(key)
        return key

    def restore(self, key: bytes, data: bytes) -> None:
        """Take over stored bytes."""
        self.by_key[key] = Held(data)
        plan = _decode(data)
        if plan.reference and plan.product == "messaging":
            self._by_reference[plan.reference] = key

    def plans(self) -> Iterator[tuple[bytes, Plan]]:
        """All plans."""
        return ((key, _decode(held.data)) for key, held in self.by_key.items())

    def drop(self, key: bytes, plan: Plan) -> None:
        """Forget a plan that nothing can reach any more."""
        del self.by_key[key]
        self._by_reference.pop(plan.reference, None)
