from faust.types import TP

from pipeline.settings import KafkaSettings, load
from processors.runtime.app import build_app
from processors.runtime.consumer import SeekGuardedConsumer

PLACE = TP("twilio.voice", 1)


async def test_a_full_queue_that_is_emptied_wakes_only_what_is_not_paused() -> None:
    consumer = build_app("counting", load(KafkaSettings), 4).consumer
    assert isinstance(consumer, SeekGuardedConsumer)
    consumer.resume_partitions({PLACE})
    consumer.on_buffer_full(PLACE)
    consumer.on_buffer_drop(PLACE)
    assert consumer._get_active_partitions() == {PLACE}  # noqa: SLF001  what is polled
    consumer.on_buffer_full(PLACE)
    consumer.pause_partitions({PLACE})
    consumer.on_buffer_drop(PLACE)
    assert not consumer._get_active_partitions()  # noqa: SLF001  as above
    consumer._thread.thread_loop.close()  # noqa: SLF001  it was never started
