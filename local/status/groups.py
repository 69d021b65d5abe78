"""The consumer groups of the product and what each of them reads."""

from typing import Final

from pipeline.settings import LifecycleSettings, SinkSettings, load
from pipeline.topics import DEAD_LETTERS, RAW, WINDOWS


def consumed_topics() -> dict[str, tuple[str, ...]]:
    """Topics by consumer group, by the groups' present names."""
    return {
        load(LifecycleSettings).app_id: (RAW["messaging"],),
        load(SinkSettings).group_id: _STORED,
    }


_STORED: Final = (*RAW.values(), WINDOWS, DEAD_LETTERS)
