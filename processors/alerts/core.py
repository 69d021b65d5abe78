"""The whole of detection as a fold over upserts and outcomes: what the runner will drive."""

from collections.abc import Iterator
from typing import Final

import msgspec

from pipeline.items.alert import Alert, Notice
from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.outcome import Outcome
from pipeline.items.window_cell import WindowCell
from processors.alerts.ages import MINUTE_S
from processors.alerts.cells import CellBook
from processors.alerts.change import Change
from processors.alerts.codes import Codes
from processors.alerts.config import Config
from processors.alerts.detector import Detector
from processors.alerts.explain import explain
from processors.alerts.notices import Notices
from processors.alerts.rules import Rules

_HORIZON_MINUTES: Final = 7 * 60
_BIGGEST_GAP_MINUTES: Final = 24 * 60


class Core:
    """Cells and outcomes in, alerts and notices out; time is what ``advance`` says it is.

    Every output is a function of the inputs up to it, in their order. An upsert of a minute that
    lies before the one being judged counts where it belongs by its age.
    """

    def __init__(self, config: Config, start_s: int) -> None:
        self.config = config
        self.detector = Detector(config.tuning, start_s // MINUTE_S, config.expected)
        self._book = CellBook(_HORIZON_MINUTES)
        self._codes = Codes()
        self._rules = Rules(config.rules, self.detector)
        self._notices = Notices(config.notices)
        self._ahead: list[Change] = []

    def window_cell(self, cell: WindowCell) -> None:
        """Fold one upsert of a window cell in."""
        change = self._book.upsert(cell)
        if change is not None:
            self.change(change)

    def change(self, change: Change) -> None:
        """Count a change that is known to be new."""
        if change.cohort > self.detector.minute:
            self._ahead.append(change)
        else:
            self.detector.count(change)

    def funnel_cell(self, cell: FunnelCell) -> None:
        """Fold one upsert of a cell of the Verify funnel in."""
        self._book.upsert_funnel(cell)

    def outcome(self, outcome: Outcome) -> list[Notice]:
        """Fold one outcome in; give the notice it makes necessary at once."""
        self._codes.count(outcome)
        return self._notices.hear(outcome)

    def advance(self, now_s: int) -> Iterator[Alert]:
        """Judge every minute that has ended by ``now_s`` (event time, epoch seconds)."""
        ended = now_s // MINUTE_S
        if ended - self.detector.minute > _BIGGEST_GAP_MINUTES:
            self.detector.skip_to(ended - _BIGGEST_GAP_MINUTES)
        while self.detector.minute < ended:
            yield from self._close_minute()

    def _close_minute(self) -> Iterator[Alert]:
        minute = self.detector.minute
        for change in self._book.matured(minute):
            self.detector.count(change)
        ahead, self._ahead = self._ahead, []
        for transition in self._rules.judge():
            yield explain(transition, self.detector, self._codes)
        for transition in self.detector.close_minute():
            yield explain(transition, self.detector, self._codes)
        for change in ahead:
            if change.cohort > self.detector.minute:
                self._ahead.append(change)
            else:
                self.detector.count(change)
        self._book.forget(minute)
        self._codes.forget(minute)

    def encode(self) -> bytes:
        """Write the whole state, to be taken over by ``restore``."""
        return msgspec.msgpack.encode(
            _Body(
                self.detector.encode(),
                self._book.encode(),
                self._codes.encode(),
                self._notices.encode(),
                self._rules.encode(),
                self._ahead,
            )
        )

    def restore(self, body: bytes) -> None:
        """Take over what ``encode`` wrote, in a fresh core of the same configuration."""
        read = msgspec.msgpack.decode(body, type=_Body)
        self.detector.restore(read.detector)
        self._book.restore(read.book)
        self._codes.restore(read.codes)
        self._notices.restore(read.notices)
        self._rules.restore(read.rules)
        self._ahead = read.ahead


class _Body(msgspec.Struct, array_like=True):
    """The state of a core, part by part."""

    detector: bytes
    book: bytes
    codes: bytes
    notices: bytes
    rules: bytes
    ahead: list[Change]
