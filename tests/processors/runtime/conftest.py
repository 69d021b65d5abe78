"""A counting application for each test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.processors.runtime.stand import PARTITIONS, Run


@pytest.fixture
async def run(kafka: str, tmp_path: Path) -> AsyncIterator[Run]:
    run = Run(kafka, tmp_path)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (run.source, run.out)])
    await admin.close()
    yield run
    for worker in run.workers:
        worker.kill()
        worker.wait()
