"""Sends dead letters to their topic."""

import asyncio
from collections.abc import Sequence

import msgspec
from aiokafka import AIOKafkaProducer

from pipeline import metrics
from pipeline.items.dead_letter import DeadLetter
from pipeline.records import join


class KafkaLetters:
    """A letter is a record of its own: originals may be large."""

    def __init__(self, producer: AIOKafkaProducer, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    async def send(self, letters: Sequence[DeadLetter]) -> None:
        """Return when Kafka has acknowledged all of them."""
        values = (join([msgspec.json.encode(letter)]) for letter in letters)
        acks = [await self._producer.send(self._topic, value) for value in values]
        await asyncio.gather(*acks)
        for letter in letters:
            metrics.SINK_DEAD_LETTERS.labels(reason=letter.reason).inc()
