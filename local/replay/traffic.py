"""Simulated traffic as the records that the ingress would have written."""

from collections import defaultdict
from collections.abc import Iterator

from ingest.routing import route
from local.replay.log import Log, Record
from local.simulator.batches import Batch, batches
from local.simulator.schedule import schedule
from local.simulator.seeds import seeded
from local.simulator.traffic import Plan, stories
from pipeline.topics import RAW


def records(plan: Plan, log: Log) -> Iterator[Record]:
    """One record for each topic and request; every event was received when it was due."""
    posts = schedule(stories(plan), plan.timing, seeded(plan.seed, "posts"))
    for batch in batches(posts, seeded(plan.seed, "batches")):
        for topic, elements in _by_topic(batch).items():
            yield log.append(topic, elements, batch.due)


def _by_topic(batch: Batch) -> dict[str, list[bytes]]:
    found = defaultdict[str, list[bytes]](list)
    for post in batch.posts:
        product, _ = route(post.event.element)
        found[RAW[product]].append(post.event.element)
    return found
