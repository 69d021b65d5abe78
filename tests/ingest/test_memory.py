"""What strangers and odd senders post is forgotten: the process does not grow with it."""

import asyncio
import random
from pathlib import Path
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from local.ports import free_port
from pipeline.settings import KafkaSettings, load
from pipeline.topics import ensure_topics
from tests.ingest.test_process import ingest_process, sender
from tests.ingest.twilio_like import Sender, message_event

AT_ONCE: Final = 20
#: Enough for pools, caches and the allocator to have grown as they will.
FIRST: Final = 50
THEN: Final = 150
#: Bytes; 3,000 requests that left a kilobyte each would be more.
GROWTH: Final = 3_000_000


async def test_it_does_not_grow_with_junk(kafka: str, tmp_path: Path) -> None:
    await ensure_topics(load(KafkaSettings, bootstrap_servers=kafka))
    port, chance = free_port(), random.Random(7)  # noqa: S311  a seed, so that it can be repeated
    with ingest_process(kafka, tmp_path / "log", port):
        async with sender(port) as twilio:
            await twilio.until_ready()
            await post_junk(twilio, chance, FIRST)
            before = await resident(twilio)
            await post_junk(twilio, chance, THEN)
            assert await resident(twilio) - before < GROWTH


async def post_junk(twilio: Sender, chance: random.Random, turns: int) -> None:
    """Bodies that never came before, half of them signed."""
    for _ in range(turns):
        bodies = [junk(chance, turn) for turn in range(AT_ONCE)]
        signatures = (None, chance.randbytes(20).hex())
        await asyncio.gather(
            *(twilio.post(body, signature=signatures[n % 2]) for n, body in enumerate(bodies))
        )


def junk(chance: random.Random, kind: int) -> bytes:
    """Anything: bytes, half an event among events, deep nesting, long numbers."""
    noise = chance.randbytes(chance.randrange(1, 400))
    return (
        noise,
        b"[%b,%b]" % (message_event(), noise),
        message_event(noise.hex()),
        b"[" * len(noise) + noise.hex().encode(),
        b'[{"id":"%b","type":"b","n":%b}]' % (noise.hex().encode(), b"9" * len(noise)),
    )[kind % 5]


async def resident(twilio: Sender) -> float:
    """Resident bytes of the process, as it tells itself."""
    page = (await twilio.get("/metrics")).reason
    values = {
        sample.name: sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    return values["process_resident_memory_bytes"]
