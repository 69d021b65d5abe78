"""Deeds: bounded, timed, told how they ended, and never begun without ownership."""

import asyncio
from collections.abc import Iterable

from typing_extensions import override

from processors.runtime.deeds import Acting, Deed, Result
from processors.runtime.performing import Performing
from tests.processors.runtime.acting import JobFold

NOW = 1_760_000_000_000


class Listener(JobFold):
    """A fold that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__("out")
        self.heard: list[tuple[str, str, object, str]] = []
        self.unwanted: set[str] = set()

    @override
    def stands(self, deed: Deed) -> bool:
        return deed.id not in self.unwanted

    @override
    def learn(self, result: Result, now_ms: int) -> None:
        assert now_ms == NOW
        self.heard.append((result.deed.id, result.end, result.value, result.error.split(" at ")[0]))


class Place:
    """Where deeds are performed, each as its ``what`` says."""

    def __init__(self, limit: int = 8, *, owns: bool = True) -> None:
        self.owns = owns
        self.fold = Listener()
        self.crashes: list[Exception] = []
        self.begun: list[str] = []
        self.open = asyncio.Event()
        self.performing = Performing(
            self.perform,
            limit,
            may_start=self.may_start,
            now_ms=lambda: NOW,
            crash=self.crash,
            name="test",
        )

    async def may_start(self) -> bool:
        return self.owns

    async def crash(self, error: Exception) -> None:
        self.crashes.append(error)

    async def perform(self, deed: Deed) -> object:
        self.begun.append(deed.id)
        if isinstance(deed.what, BaseException):
            raise deed.what
        if deed.what == "wait":
            await self.open.wait()
        return deed.what

    def start(self, *deeds: Deed) -> None:
        self.performing.start(self.fold, deeds)

    async def until(self, begun: int) -> None:
        async with asyncio.timeout(5):
            while len(self.begun) < begun:  # noqa: ASYNC110  one loop turn at a time
                await asyncio.sleep(0)


def deeds(count: int, what: object = "wait", timeout_s: float = 5) -> Iterable[Deed]:
    return [Deed(str(number), what, timeout_s) for number in range(count)]


def test_the_fold_of_the_tests_is_an_acting_one() -> None:
    assert isinstance(JobFold("out"), Acting)


async def test_values_errors_and_time_outs_become_results() -> None:
    place = Place()
    place.start(
        Deed("a", "value", 5), Deed("b", OSError("+15550100002"), 5), Deed("c", "wait", 0.01)
    )
    place.start(Deed("d", asyncio.CancelledError(), 5))
    await place.until(begun=4)
    await place.performing.finish(5)
    assert sorted(place.fold.heard) == [
        ("a", "done", "value", ""),
        ("b", "failed", None, "OSError"),
        ("c", "timeout", None, "TimeoutError"),
        ("d", "failed", None, "CancelledError"),
    ]
    assert place.performing.take_news()
    assert not place.performing.take_news()


async def test_so_many_at_once_in_order() -> None:
    place = Place(limit=2)
    place.start(*deeds(5))
    await place.until(begun=2)
    await asyncio.sleep(0)
    assert place.begun == ["0", "1"]
    place.open.set()
    await place.until(begun=5)
    assert place.begun == ["0", "1", "2", "3", "4"]


async def test_what_the_fold_no_longer_wants_is_not_done() -> None:
    place = Place()
    place.fold.unwanted = {"1"}
    place.start(*deeds(3, "value"))
    await place.until(begun=2)
    await place.performing.finish(5)
    assert place.begun == ["0", "2"]
    assert ("1", "withdrawn", None, "") in place.fold.heard


async def test_nothing_begins_without_ownership() -> None:
    place = Place(owns=False)
    place.start(*deeds(3))
    await place.performing.finish(5)
    assert (place.begun, place.fold.heard) == ([], [])


async def test_the_end_waits_for_what_runs_and_begins_nothing_more() -> None:
    place = Place(limit=1)
    place.start(*deeds(2))
    await place.until(begun=1)
    ending = asyncio.create_task(place.performing.finish(5))
    await asyncio.sleep(0)
    place.open.set()
    await ending
    assert place.begun == ["0"]
    assert [heard[0] for heard in place.fold.heard] == ["0"]


async def test_what_outlasts_the_grace_is_cancelled_and_not_told() -> None:
    place = Place()
    place.start(*deeds(2))
    await place.until(begun=2)
    await place.performing.finish(0.01)
    assert place.fold.heard == []
    place.start(*deeds(1, "value"))
    await place.performing.finish(5)
    assert len(place.begun) == 2  # none begins until the next assignment
    place.performing.resume()
    place.start(*deeds(1, "value"))
    await place.until(begun=3)
    await place.performing.finish(5)
    assert place.fold.heard == [("0", "done", "value", "")]
