from faust.types import TP

from local.ports import free_port
from pipeline.settings import KafkaSettings, load
from processors.runtime.ends import Ends
from tests.processors.runtime.stand import PARTITIONS, Run, produce


async def test_it_says_where_partitions_begin_and_end(run: Run) -> None:
    places = [TP(run.source, partition) for partition in range(PARTITIONS)]
    ends = Ends(load(KafkaSettings, bootstrap_servers=run.bootstrap))
    assert await ends.ask(places) == dict.fromkeys(places, (0, 0))
    await produce(run, 6)
    assert await ends.ask(places) == dict(
        zip(places, [(0, 2), (0, 2), (0, 1), (0, 1)], strict=True)
    )
    await ends.close()


async def test_it_knows_nothing_where_kafka_does_not_answer() -> None:
    ends = Ends(load(KafkaSettings, bootstrap_servers=f"127.0.0.1:{free_port()}"))
    assert await ends.ask([TP("twilio.voice", 0)]) is None
