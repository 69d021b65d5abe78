"""Where plans stand: packed, so that a million take a few hundred megabytes."""

from collections.abc import Iterator
from typing import Final

import msgspec

from processors.fallback.packing import Packing
from processors.fallback.plan import Phase, Plan, key_of
from processors.runtime.fold import Key

_CALLING: Final = frozenset({Phase.DISPATCHED, Phase.DOUBTFUL, Phase.SENT})
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Plan).decode


class Held(msgspec.Struct, gc=False):
    """A plan's bytes; ``row`` belongs to the runtime."""

    data: bytes
    row: int = 0


class Shelf:
    """Plans by key, and by the reference of the message that a step has sent."""

    def __init__(self, changed: set[Key]) -> None:
        self.by_key: dict[bytes, Held] = {}
        self._changed = changed
        self._packing = Packing()
        self._by_reference: dict[str, bytes] = {}
        self._calling: dict[str, bytes] = {}

    def __len__(self) -> int:
        return len(self.by_key)

    def get(self, key: bytes) -> Plan | None:
        """Read a plan; what is changed in it counts when it is put back."""
        held = self.by_key.get(key)
        return self._packing.unpack(key, held.data) if held else None

    def about(self, sid: str) -> Plan | None:
        """Find the plan about a verification or message, be it one that a step has sent."""
        key = key_of(sid)
        return self.get(self._by_reference.get(sid, key))

    def calling(self, to: str) -> Plan | None:
        """Find the plan that sends a number a message whose SID is not known yet."""
        key = self._calling.get(to)
        return self.get(key) if key else None

    def put(self, plan: Plan) -> bytes:
        """Keep a plan; give its key."""
        key = key_of(plan.sid)
        held = self.by_key.get(key)
        if held:
            held.data = self._packing.pack(plan)
        else:
            self.by_key[key] = Held(self._packing.pack(plan))
        self._index(key, plan)
        self._changed.add(key)
        return key

    def stored(self, key: bytes) -> bytes:
        """A plan's bytes as any shelf can restore them."""
        return _encode(self._packing.unpack(key, self.by_key[key].data))

    def restore(self, key: bytes, data: bytes) -> None:
        """Take over stored bytes."""
        plan = _decode(data)
        self.by_key[key] = Held(self._packing.pack(plan))
        self._index(key, plan)

    def plans(self) -> Iterator[tuple[bytes, Plan]]:
        """All plans."""
        unpack = self._packing.unpack
        return ((key, unpack(key, held.data)) for key, held in self.by_key.items())

    def drop(self, key: bytes, plan: Plan) -> None:
        """Forget a plan that nothing can reach any more."""
        del self.by_key[key]
        self._by_reference.pop(plan.reference, None)

    def _index(self, key: bytes, plan: Plan) -> None:
        if plan.product != "messaging":
            return
        if plan.reference:
            self._by_reference[plan.reference] = key
        if plan.phase in _CALLING and not plan.reference:
            self._calling[plan.to] = key
        elif self._calling.get(plan.to) == key:
            del self._calling[plan.to]
