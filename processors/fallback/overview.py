"""Folds of what holds for all plans: where alerts fire, and whether anything is sent at all.

One topic each, kept by key as it was last told; the switchboard hears of it, also after a restore.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final

import msgspec

from pipeline.items.alert import Alert, AlertItem
from pipeline.items.fallback_control import FallbackControl
from pipeline.twilio.envelope import split
from processors.fallback.switchboard import Switchboard
from processors.fallback.watch import Watch
from processors.runtime.fold import Entry, Item, Key, SourceRecord

Told = Alert | FallbackControl


class Noted(msgspec.Struct):
    """What was told last under a key; ``row`` belongs to the runtime."""

    told: Told
    row: int = 0


class _Body(msgspec.Struct, array_like=True):
    alerts: list[Alert]
    controls: list[FallbackControl]


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Body).decode
_decode_alert: Final = msgspec.json.Decoder(AlertItem).decode
_decode_control: Final = msgspec.json.Decoder(FallbackControl).decode


class OverviewFold:
    """Tells the switchboard what ``read`` finds in a topic's elements."""

    def __init__(
        self,
        switchboard: Switchboard,
        read: Callable[[msgspec.Raw], Told | None],
        watch: Watch,
        on_read_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._switchboard = switchboard
        self._read = read
        self._watch = watch
        self._on_read_up = on_read_up
        self._noted: dict[str, Noted] = {}
        self._changed: set[Key] = set()

    def apply(self, record: SourceRecord) -> None:
        """Hear a record's elements; count what can't be read."""
        for element in split(record.value):
            try:
                told = self._read(element)
            except msgspec.MsgspecError:
                self._watch.ignored()
                continue
            if told:
                self._changed.add(self._note(told))

    def _note(self, told: Told) -> str:
        key = told.id if isinstance(told, Alert) else "control"
        row = self._noted[key].row if key in self._noted else 0
        self._noted[key] = Noted(told, row)
        self._switchboard.hear(told)
        self._watch.stopped(self._switchboard.stopped)
        return key

    def advance(self, now_ms: int) -> None:  # noqa: ARG002  the time changes nothing here
        """Hear that everything has been read."""
        self._on_read_up()

    def changed(self) -> Collection[Key]:
        """Keys told of since the last ``encode``."""
        return self._changed

    def size(self) -> int:
        """How many keys there are."""
        return len(self._noted)

    def entry(self, key: Key) -> Entry | None:
        """Find what was told last under a key."""
        return self._noted.get(str(key))

    def items(self, offset: int) -> Iterable[Item]:  # noqa: ARG002  nothing here is shown
        """Give none."""
        return ()

    def announcements(self) -> Iterable[Item]:
        """Give none."""
        return ()

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        """Write what changed, and the ``extra`` entries."""
        keys = [key for key in {*self._changed, *extra} if self.entry(key)]
        self._changed.clear()
        told = [self._noted[str(key)].told for key in keys]
        body = _Body(
            [each for each in told if isinstance(each, Alert)],
            [each for each in told if isinstance(each, FallbackControl)],
        )
        return _encode(body), keys

    def restore(self, body: bytes) -> list[Key]:
        """Take over a row's entries; rows come oldest first."""
        row = _decode(body)
        told: tuple[Told, ...] = (*row.alerts, *row.controls)
        return [self._note(each) for each in told]

    def expire(self) -> None:
        """Forget incidents that are over; the switchboard has."""
        for key, noted in list(self._noted.items()):
            over = isinstance(noted.told, Alert) and noted.told.state == "resolved"
            if over and key not in self._changed:
                del self._noted[key]


def alerts_fold(switchboard: Switchboard, watch: Watch) -> OverviewFold:
    """Follow ``twilio.alerts``: what fires, without notices and what people say.

    What fired when this worker last followed it may be over: its new state begins with nothing.
    """
    switchboard.firing.clear()
    return OverviewFold(switchboard, _alert, watch)


def control_fold(switchboard: Switchboard, watch: Watch) -> OverviewFold:
    """Follow ``twilio.fallback.control``; until it has been read up nothing is dispatched."""

    def read_up() -> None:
        switchboard.is_current = True

    switchboard.is_current = False
    return OverviewFold(switchboard, _decode_control, watch, read_up)


def _alert(element: msgspec.Raw) -> Alert | None:
    item = _decode_alert(element)
    return item if isinstance(item, Alert) else None
