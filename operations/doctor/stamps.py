"""Clocks by what they have stamped: Kafka itself can't be asked for the time.

A record from the future comes from an ingress whose clock is ahead (or this machine's is behind):
windows would close early, and brokers refuse what is an hour ahead.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from operations.doctor.finding import Finding
from operations.doctor.reading import offsets_reader, partitions_of
from pipeline.settings import KafkaSettings
from pipeline.topics import partition_counts

NAME: Final = "kafka.clock"
_ALLOWED_S: Final = 5


async def look_at_stamps(
    kafka: KafkaSettings, topics: Sequence[str], now: Callable[[], float] = time.time
) -> list[Finding]:
    """Whether some record is stamped later than now; UnavailableError without Kafka."""
    counts = await partition_counts(kafka, topics)
    later = int((now() + _ALLOWED_S) * 1000)
    async with offsets_reader(kafka) as reader:
        found = await reader.offsets_for_times(dict.fromkeys(partitions_of(topics, counts), later))
    ahead = {tp.topic: mark.timestamp for tp, mark in found.items() if mark is not None}
    if not ahead:
        return [Finding(NAME, "ok", f"no record is stamped more than {_ALLOWED_S} s ahead of us")]
    topic = max(ahead, key=lambda name: ahead[name])
    seconds = ahead[topic] / 1000 - now()
    seen = f"a record of {topic} is stamped {seconds:.0f} s ahead of this machine"
    return [Finding(NAME, "warn", seen, "synchronise the clocks (NTP) of ingresses and this one")]
