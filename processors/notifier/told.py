"""Collects what is announced: what became of each message to each channel."""

from typing import Protocol

import msgspec

from pipeline.items.alert_delivery import AlertDelivery, DeliveryState
from processors.notifier.entries import Letter, Thread
from processors.runtime.fold import Item


class Watch(Protocol):
    """Who counts what is told."""

    def told(self, channel: str, state: DeliveryState, attempts: int) -> None:
        """Count one state of one message."""

    def waiting(self, by_channel: dict[str, int], oldest_at: int) -> None:
        """Hear how many wait, and since when (epoch ms) the oldest nothing holds; 0 is none."""


class Told:
    """States of deliveries since they were last taken, for a topic."""

    def __init__(self, topic: str, watch: Watch) -> None:
        self._topic = topic
        self._watch = watch
        self._items: list[Item] = []

    def say(  # noqa: PLR0913  each is a part of what is said
        self,
        thread: Thread,
        letter: Letter,
        state: DeliveryState,
        now_ms: int,
        *,
        reason: str = "",
        next_at: int = 0,
    ) -> None:
        """Note what has become of a letter."""
        delivery = AlertDelivery(
            id=delivery_id(thread, letter),
            alert_id=letter.number if letter.transition == "notice" else thread.incident,
            channel=thread.channel,
            transition=letter.transition,
            state=state,
            attempts=letter.attempts,
            at=now_ms,
            next_at=next_at,
            reason=reason,
            dedup_key=letter.key,
        )
        self._items.append(Item(self._topic, thread.incident, msgspec.json.encode(delivery)))
        self._watch.told(thread.channel, state, letter.attempts)

    def take(self) -> list[Item]:
        """Give what was noted, once."""
        items, self._items = self._items, []
        return items


def delivery_id(thread: Thread, letter: Letter) -> str:
    """The same for one transition and channel, however often it is tried."""
    return f"{thread.incident}/{letter.number}/{thread.channel}"
