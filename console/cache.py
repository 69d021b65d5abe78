"""Answers that many pages ask for at once are made once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, NamedTuple, TypeVar

#: How much longer than its making took an answer is kept: the load of one view stays below this
#: part of one core of ClickHouse's, however often it is asked for.
_PATIENCE: Final = 10.0
_LONGEST_S: Final = 60.0


Answer = TypeVar("Answer")


class _Kept(NamedTuple, Generic[Answer]):
    until: float
    answer: Answer


class Cache(Generic[Answer]):
    """Keeps the latest ``size`` answers for ``least_s`` seconds or more; errors it does not keep.

    ``clock`` gives seconds, only forward.
    """

    def __init__(self, clock: Callable[[], float], least_s: float, size: int = 512) -> None:
        self._clock = clock
        self._least_s = least_s
        self._size = size
        self._kept = OrderedDict[Hashable, _Kept[Answer]]()
        self._making = dict[Hashable, asyncio.Task[Answer]]()

    async def get(
        self, key: Hashable, make: Callable[[], Awaitable[Answer]], least_s: float = 0.0
    ) -> Answer:
        """The kept answer, or the one being made for others, or a new one."""
        kept = self._kept.get(key)
        if kept and self._clock() < kept.until:
            return kept.answer
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, make, max(least_s, self._least_s)))
            self._making[key] = task
            task.add_done_callback(lambda done: self._made(key, done))
        # Whoever goes away takes no answer from those who stay.
        return await asyncio.shield(task)

    async def _make(
        self, key: Hashable, make: Callable[[], Awaitable[Answer]], least_s: float
    ) -> Answer:
        begun = self._clock()
        answer = await make()
        ended = self._clock()
        keep = min(max(least_s, _PATIENCE * (ended - begun)), max(least_s, _LONGEST_S))
        self._kept[key] = _Kept(ended + keep, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return answer

    def _made(self, key: Hashable, task: asyncio.Task[Answer]) -> None:
        del self._making[key]
        if not task.cancelled():
            task.exception()  # heard by whoever waits, if anybody still does
