"""Request bodies: arrays of what is due together, mostly small, sometimes above 50."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from local.simulator.schedule import Post

_LONGEST_WAIT_MS: Final = 200
#: (weight, smallest, largest) number of events in a request.
_SIZES: Final = ((45, 1, 1), (30, 2, 10), (20, 11, 50), (5, 51, 80))


@dataclass(frozen=True, slots=True)
class Batch:
    """One request: ``due`` (epoch ms) is when its last event is."""

    posts: tuple[Post, ...]

    @property
    def due(self) -> int:
        """When the request can go out."""
        return self.posts[-1].due

    @property
    def body(self) -> bytes:
        """The JSON array."""
        return b"[" + b",".join(post.event.element for post in self.posts) + b"]"


def batches(posts: Iterable[Post], random: Random) -> Iterator[Batch]:
    """Cut a schedule into requests; little traffic makes small ones, as nothing waits for long."""
    size, pending = _draw_size(random), list[Post]()
    for post in posts:
        if pending and post.due - pending[0].due > _LONGEST_WAIT_MS:
            yield Batch(tuple(pending))
            size, pending = _draw_size(random), []
        pending.append(post)
        if len(pending) >= size:
            yield Batch(tuple(pending))
            size, pending = _draw_size(random), []
    if pending:
        yield Batch(tuple(pending))


def _draw_size(random: Random) -> int:
    _, smallest, largest = random.choices(_SIZES, [weight for weight, *_ in _SIZES])[0]
    return random.randint(smallest, largest)
