"""Between the signal and the closed port: a load balancer has time to look elsewhere."""

import asyncio
import time
from pathlib import Path

from local.ports import free_port
from pipeline.settings import KafkaSettings
from tests.ingest.test_process import ingest_process, sender
from tests.ingest.twilio_like import message_event

DELAY = 3.0


async def test_it_is_not_ready_at_once_and_takes_events_until_the_delay_is_over(
    broker: KafkaSettings, tmp_path: Path
) -> None:
    port = free_port()
    more = {"TWILIO_PIPELINE_INGEST_STOP_DELAY_S": str(DELAY)}
    with ingest_process(broker.bootstrap_servers, tmp_path / "log", port, **more) as process:
        async with sender(port) as twilio:
            await twilio.until_ready()
            process.terminate()
            signalled = time.monotonic()
            assert await twilio.until("/readyz", 503) == "stopping"
        async with sender(port) as newcomer:
            assert (await newcomer.post(message_event())).status == 200
        assert await asyncio.to_thread(process.wait, 20) == 0
        assert time.monotonic() - signalled >= DELAY
