"""A run that is cut short goes on where it was, and says what all of it found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from operations.reconcile.cursor import Cursor, Progress
from operations.reconcile.gap import Gap, Stored
from operations.reconcile.listed import Listed
from operations.reconcile.reconciling import STRETCH_S, Reconciling, stretches
from operations.reconcile.tally import Tally
from pipeline.errors import ConfigurationError, UnavailableError
from tests.operations.reconcile.messages import listed

END = 3 * STRETCH_S + 60


class World:
    """Each stretch has one message of each account; ``fails_at`` is when Twilio gives up."""

    def __init__(self, fails_at: int = END) -> None:
        self.fails_at = fails_at
        self.listed: list[tuple[str, int]] = []
        self.backfilled: list[str] = []

    async def pages(self, account: str, span: tuple[int, int]) -> AsyncIterator[list[Listed]]:
        if account == "AC2" and span[0] >= self.fails_at:
            raise UnavailableError("Twilio's API does not answer")
        self.listed.append((account, span[0]))
        yield [listed(f"SM{account}{span[0]}", account_sid=account)]
        yield [listed(f"SMin{span[0]}", direction="inbound")]

    async def stored(self, _account: str, sids: Sequence[str]) -> dict[str, Stored]:
        return {sid: Stored("delivered", was_sent=True) for sid in sids if sid.endswith("AC10")}

    async def backfill(self, gaps: Sequence[Gap]) -> int:
        self.backfilled += [gap.message.sid for gap in gaps]
        return sum(len(gap.statuses) for gap in gaps)


async def reconcile(world: World, cursor: Cursor, *, backfill: bool = True) -> Tally:
    work = Reconciling(world.pages, world, cursor, lambda _gap: None, backfill=backfill)
    return await work.run(("AC1", "AC2"), lambda _done, _all: None)


def asked() -> Progress:
    return Progress(0, END, backfill=True)


async def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    first = World(fails_at=2 * STRETCH_S)
    with pytest.raises(UnavailableError):
        await reconcile(first, Cursor(file, asked()))
    assert len(first.listed) == 6
    second = World()
    tally = await reconcile(second, Cursor(file, asked()))
    assert second.listed == [("AC2", 2 * STRETCH_S), ("AC2", 3 * STRETCH_S)]
    assert tally == Tally(messages=8, events=14, gaps={"missing": 7})
    assert not file.exists()
    assert len({*first.backfilled, *second.backfilled}) == 7


async def test_an_end_that_nobody_named_stays_what_it_was(tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    Cursor(file, asked()).note("AC1", 60)
    later = Progress(0, END + 60, backfill=True)
    assert Cursor(file, later, open_end=True).end == END
    with pytest.raises(ConfigurationError, match="is of another time"):
        Cursor(file, later)


async def test_without_backfill_nothing_is_sent() -> None:
    world = World()
    tally = await reconcile(world, Cursor(None, asked()), backfill=False)
    assert (tally.gaps, tally.events, world.backfilled) == ({"missing": 7}, 0, [])
    assert not tally.is_whole


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no json", "is no cursor of reconcile"),
        (b'{"start":0,"end":1,"backfill":true}', "is of another time"),
        (b'{"start":0,"end":10860,"backfill":false}', "with other options"),
    ],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "cursor"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        Cursor(file, asked())


def test_a_cursor_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    cursor = Cursor(tmp_path / "none" / "cursor", asked())
    with pytest.raises(ConfigurationError, match="can't write"):
        cursor.note("AC1", 60)


def test_stretches_cover_the_time_once() -> None:
    assert list(stretches(10, 2 * STRETCH_S)) == [
        (10, 10 + STRETCH_S),
        (10 + STRETCH_S, 2 * STRETCH_S),
    ]
    assert list(stretches(10, 10)) == []
