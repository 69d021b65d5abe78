"""The whole of detection as a fold over upserts of cells: what the runner and replays drive."""

from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.items.alert import Alert, Notice
from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell
from processors.alerts.ages import MINUTE_S
from processors.alerts.cells import CellBook
from processors.alerts.change import Change
from processors.alerts.config import Config
from processors.alerts.detector import Detector, Shape
from processors.alerts.explain import explain
from processors.alerts.notices import Notices
from processors.alerts.rules import Rules

#: Outcomes that come later than this are not counted: nobody judges the present by them.
_HORIZON_MINUTES: Final = 120
_BIGGEST_GAP_MINUTES: Final = 24 * 60
_RULES: Final = "rules"


class Core:
    """Cells in, alerts and notices out; time is what ``advance`` says it is.

    Every output is a function of the inputs up to it, in their order. An upsert of a minute that
    lies before the one being judged counts where it belongs by its age.
    """

    def __init__(self, config: Config, start_s: int) -> None:
        self.config = config
        self.detector = Detector(config.tuning, start_s // MINUTE_S, config.expected)
        self.book = CellBook(_HORIZON_MINUTES)
        self.notices = Notices(config.notices)
        self._rules = Rules(config.rules, self.detector)

    def begin(self, start_s: int) -> None:
        """Begin at a time, where nothing has been folded in yet."""
        self.detector.begin(start_s // MINUTE_S)

    def cell(self, cell: WindowCell | FunnelCell, now_s: int) -> Iterator[Notice]:
        """Fold one upsert of a cell in; give the notices it makes necessary at once."""
        if isinstance(cell, FunnelCell):
            self.book.funnel(cell, self.detector.minute)
            return
        growth = self.book.window(cell, self.detector.minute)
        if growth is not None:
            yield from self.notices.hear(growth, now_s)

    def change(self, change: Change) -> None:
        """Count a change that is known to be new, of the minute under way or an earlier one."""
        self.detector.count(change)

    def advance(self, now_s: int) -> Iterator[Alert]:
        """Judge every minute that has ended by ``now_s`` (event time, epoch seconds)."""
        ended = now_s // MINUTE_S
        if ended - self.detector.minute > _BIGGEST_GAP_MINUTES:
            self.detector.skip_to(ended - _BIGGEST_GAP_MINUTES)
            self.book.skip_to(self.detector.minute)
        while self.detector.minute < ended:
            yield from self._close_minute()

    def _close_minute(self) -> Iterator[Alert]:
        minute = self.detector.minute
        for change in self.book.changes(minute):
            self.detector.count(change)
        for transition in self._rules.judge():
            yield explain(transition, self.detector, self.book)
        for transition in self.detector.close_minute():
            yield explain(transition, self.detector, self.book)
        self.book.forget(minute)

    # -- state ---------------------------------------------------------------------------------

    def pages(self, *, hourly: bool = True) -> Iterator[tuple[str, bytes]]:
        """Give what changes by the minute; cells and notices are entries of their own."""
        yield _RULES, self._rules.encode()
        yield from self.detector.pages(hourly=hourly)

    def page(self, key: str) -> bytes:
        """Give one page of the state."""
        return self._rules.encode() if key == _RULES else self.detector.page(key)

    def restore(self, shape: Shape, next_place: int, pages: Mapping[str, bytes]) -> None:
        """Go on from a state, in a fresh core whose cells and notices have been put."""
        self.detector.restore(shape, pages)
        self._rules.restore(pages[_RULES])
        self.book.resume(shape.minute, next_place)
        self.notices.resume()
