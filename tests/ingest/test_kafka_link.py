"""The watch over Kafka ends when it is told to, also at the moment of an answer."""

import asyncio
from typing import cast

import pytest
from aiokafka import AIOKafkaProducer
from typing_extensions import override

from ingest import kafka_link
from ingest.kafka_link import KafkaLink
from pipeline.settings import KafkaSettings, load


class Answered(KafkaLink):
    """Asks nobody: each question is answered when the test wants it."""

    def __init__(self) -> None:
        super().__init__(load(KafkaSettings, bootstrap_servers="127.0.0.1:1"), ["t"])
        self.questions: asyncio.Queue[asyncio.Future[dict[str, int]]] = asyncio.Queue()

    @override
    async def _partitions(self, producer: AIOKafkaProducer) -> dict[str, int]:
        del producer
        answer: asyncio.Future[dict[str, int]] = asyncio.get_running_loop().create_future()
        self.questions.put_nowait(answer)
        return await answer


@pytest.mark.parametrize("turns", range(4))
async def test_a_stop_at_the_moment_of_an_answer_is_heard(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_link, "_PROBE_SECONDS", 0.001)
    link = Answered()
    producer = cast("AIOKafkaProducer", None)  # nobody asks it
    watch = asyncio.create_task(link._watch(producer, lambda _: None))  # noqa: SLF001
    (await link.questions.get()).set_result({})
    for _ in range(turns):
        await asyncio.sleep(0)  # a turn of the loop nearer to whoever asked
    watch.cancel()
    done, _ = await asyncio.wait({watch}, timeout=2)
    watch.cancel()
    assert done
    assert watch.cancelled()
