from prometheus_client import REGISTRY

from pipeline.settings import KafkaSettings
from pipeline.topics import RAW
from sinks.ledger import ingress_entries
from tests.ingest.conftest import StartIngress
from tests.ingest.twilio_like import message_event

TOPIC = RAW["messaging"]


def counted(name: str, **labels: str) -> int:
    """In this process, by whatever ingress ran in it before."""
    return int(REGISTRY.get_sample_value(name, labels) or 0)


async def test_the_last_word_of_an_ingress_is_all_it_counted(
    start_ingress: StartIngress, broker: KafkaSettings
) -> None:
    known = {entry.ingress_id for entry in await ingress_entries(broker)}
    produced = counted("twilio_ingest_produced_events_total", topic=TOPIC)
    sent = counted("twilio_ingest_sent_events_total", topic=TOPIC)
    accepted = counted("twilio_ingest_events_total", product="messaging")
    letters = counted("twilio_ingest_dead_letters_total")
    async with start_ingress() as sender:
        await sender.until_ready()
        body = b"[%b,%b,7]" % (message_event("SM1"), message_event("SM2"))
        assert (await sender.post(body)).status == 200
        assert (await sender.post(body, signature="forged")).status == 403
    (entry,) = [each for each in await ingress_entries(broker) if each.ingress_id not in known]
    assert entry.final
    assert entry.started_at <= entry.told_at
    assert entry.produced[TOPIC] - produced == 2
    assert entry.sent[TOPIC] - sent == 2
    assert entry.accepted - accepted >= 2
    assert entry.dead_lettered - letters == 1
    assert entry.received >= 2
    assert entry.refused >= 1
    assert counted("twilio_ingest_events_total", product="messaging") - accepted == 2
