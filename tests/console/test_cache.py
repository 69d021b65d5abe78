"""Many pages that ask the same cost one question."""

import asyncio

import pytest

from console.cache import Cache
from pipeline.errors import UnavailableError


class Maker:
    """Makes answers that can be told apart; each takes ``takes_s`` of its own clock."""

    def __init__(self, takes_s: float = 0.0) -> None:
        self.now = 0.0
        self.made = 0
        self.go_on = asyncio.Event()
        self.takes_s = takes_s

    async def __call__(self) -> bytes:
        self.made += 1
        number = self.made
        await self.go_on.wait()
        self.now += self.takes_s
        return b"answer %d" % number

    def clock(self) -> float:
        return self.now


async def test_all_who_wait_get_the_one_answer() -> None:
    make = Maker()
    cache = Cache[bytes](make.clock, 2.0)
    waiting = [asyncio.create_task(cache.get("key", make)) for _ in range(200)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # whoever goes away takes it from nobody
    make.go_on.set()
    answers = await asyncio.gather(*waiting[1:])
    assert set(answers) == {b"answer 1"}


async def test_an_answer_is_kept_for_a_moment() -> None:
    make = Maker()
    make.go_on.set()
    cache = Cache[bytes](make.clock, 2.0)
    assert await cache.get("key", make) == b"answer 1"
    make.now = 1.9
    assert await cache.get("key", make) == b"answer 1"
    assert await cache.get("other", make) == b"answer 2"
    make.now = 2.0
    assert await cache.get("key", make) == b"answer 3"


@pytest.mark.parametrize(("takes_s", "kept_s"), [(0.1, 2.0), (1.0, 10.0), (9.0, 60.0)])
async def test_what_was_dear_is_kept_longer(takes_s: float, kept_s: float) -> None:
    make = Maker(takes_s)
    make.go_on.set()
    cache = Cache[bytes](make.clock, 2.0)
    await cache.get("key", make)
    make.now = takes_s + kept_s - 0.01
    assert await cache.get("key", make) == b"answer 1"
    make.now = takes_s + kept_s
    assert await cache.get("key", make) == b"answer 2"


async def test_errors_are_not_kept() -> None:
    make = Maker()
    make.go_on.set()
    cache = Cache[bytes](make.clock, 2.0)

    async def fail() -> bytes:
        raise UnavailableError("away")

    with pytest.raises(UnavailableError):
        await cache.get("key", fail)
    assert await cache.get("key", make) == b"answer 1"


async def test_it_holds_only_so_many() -> None:
    make = Maker()
    make.go_on.set()
    cache = Cache[bytes](make.clock, 2.0, size=2)
    for key in ("a", "b", "c"):
        await cache.get(key, make)
    assert await cache.get("c", make) == b"answer 3"
    assert await cache.get("a", make) == b"answer 4"
