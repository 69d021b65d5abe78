"""When Twilio posts each event: late, out of order, and some of them twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from random import Random

from local.simulator.planned import PlannedEvent, Story
from local.simulator.timing import Timing


@dataclass(frozen=True, slots=True)
class Post:
    """One posting of an event at ``due`` (epoch ms)."""

    due: int
    event: PlannedEvent


def schedule(
    stories: Iterable[tuple[int, Story]], timing: Timing, random: Random
) -> Iterator[Post]:
    """All posts by due time; holds no more stories in memory than overlap."""
    waiting: list[tuple[int, int, Post]] = []
    count = 0
    for start, story in stories:
        while waiting and waiting[0][0] < start:
            yield heappop(waiting)[2]
        for event in story:
            for post in posts_of(event, timing, random):
                count += 1
                heappush(waiting, (post.due, count, post))
    while waiting:
        yield heappop(waiting)[2]


def posts_of(event: PlannedEvent, timing: Timing, random: Random) -> list[Post]:
    """The post of an event and, for some, a later repetition of the same bytes."""
    first = Post(event.time + timing.draw_post_delay(random), event)
    delay = timing.draw_repeat_delay(random)
    return [first] if delay is None else [first, Post(first.due + delay, event)]
