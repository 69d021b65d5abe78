from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest
from prometheus_client import REGISTRY

from pipeline.items.dead_letter import DeadLetter
from pipeline.items.quarantined import Quarantined
from pipeline.records import partition_of, read_headers
from pipeline.settings import KafkaSettings
from pipeline.topics import DEAD_LETTERS, QUARANTINE, RAW
from tests.ingest.conftest import StartIngress
from tests.ingest.topic_reader import TopicReader
from tests.ingest.twilio_like import (
    ALIAS,
    Answered,
    Sender,
    message_event,
    signature_of,
    signed_target,
)

elements_of = msgspec.json.Decoder(list[msgspec.Raw]).decode


async def raw_elements(reader: TopicReader) -> list[bytes]:
    """Everything this test has put into raw topics, byte for byte."""
    records = [record for topic in RAW.values() for record in await reader.new(topic)]
    return [bytes(raw) for record in records for raw in elements_of(record.value)]


async def test_bytes_in_are_bytes_out_in_order_with_headers_on_the_subjects_partition(
    ingress: Sender, reader: TopicReader, broker: KafkaSettings
) -> None:
    first = [message_event("SM1", note=number) for number in range(3)]
    second = [message_event("SM2"), message_event("VE1", "com.twilio.voice.x")]
    body = b" [\n%b , %b,%b, %b,%b] " % (first[0], second[0], first[1], first[2], second[1])
    assert (await ingress.post(body)).status == 200
    messaging = await reader.new(RAW["messaging"])
    for sid, elements in (("SM1", first), ("SM2", second[:1])):
        partition = partition_of(sid, broker.partitions)
        there = [record for record in messaging if record.partition == partition]
        stored = [bytes(raw) for record in there for raw in elements_of(record.value)]
        assert [element for element in stored if sid.encode() in element] == elements
    for record in messaging:
        info = read_headers(record.headers, 0)
        assert info.events == len(elements_of(record.value))
        assert abs(info.received_at - record.timestamp) < 10_000
        assert info.ingress_id
    (voice,) = await reader.new(RAW["voice"])
    assert voice.value == b"[%b]" % second[1]


@pytest.mark.parametrize(
    ("event_type", "product"),
    [
        ("com.twilio.messaging.message.read", "messaging"),
        ("com.twilio.accountsecurity.verify.message.sent", "verify"),
        ("com.twilio.voice.insights.call-summary.complete", "voice"),
        ("com.twilio.error-logs.error.logged", "errors"),
        ("com.twilio.taskrouter.task.created", "other"),
        ("com.twilio.never-heard-of.it", "other"),
    ],
)
async def test_a_single_object_on_the_alias_reaches_its_products_topic(
    ingress: Sender, reader: TopicReader, event_type: str, product: str
) -> None:
    event = message_event(event_type=event_type)
    body = b"\n  %b\t" % event
    assert (await ingress.post(body, signed_target(body, ALIAS))).status == 200
    (record,) = await reader.new(f"twilio.{product}")
    assert record.value == b"[%b]" % event
    assert await raw_elements(reader) == [event]


async def test_an_empty_array_is_fine(ingress: Sender, reader: TopicReader) -> None:
    assert await ingress.post(b"[]") == Answered(200, "")
    assert await raw_elements(reader) == []


async def test_a_batch_larger_than_a_record_is_whole_and_in_order(
    start_ingress: StartIngress, reader: TopicReader
) -> None:
    events = [message_event("SM1", number=number, text="x" * 200) for number in range(300)]
    events[150] = message_event("SM1", number=150, text="y" * 50_000)
    async with start_ingress(coalesce_max_bytes=4096) as ingress:
        await ingress.until_ready()
        assert (await ingress.post(b"[%b]" % b",".join(events))).status == 200
    assert await raw_elements(reader) == events
    assert len(await reader.new(RAW["messaging"])) > 10


async def test_an_element_that_is_no_event_is_a_dead_letter_and_its_neighbours_go_on(
    ingress: Sender, reader: TopicReader
) -> None:
    good = [message_event(), message_event()]
    bad = [b"5", b'{"id":"EZ1"}', b'{"id":"EZ2","type":"x","data":{"text":"\x00"}}']
    body = b"[%b]" % b",".join([good[0], *bad, good[1]])
    assert (await ingress.post(body)).status == 200
    assert sorted(await raw_elements(reader)) == sorted(good)
    records = await reader.new(DEAD_LETTERS)
    letters = [
        letter
        for record in records
        for letter in msgspec.json.decode(record.value, type=list[DeadLetter])
    ]
    assert [letter.original for letter in letters] == bad
    assert {(letter.reason, letter.source, letter.kafka_topic) for letter in letters} == {
        ("not_an_event", "ingest", "")
    }


Forge = Callable[[Sender, bytes], Awaitable[Answered]]


async def _unsigned(ingress: Sender, body: bytes) -> Answered:
    return await ingress.post(body, signature="")


async def _foreign_token(ingress: Sender, body: bytes) -> Answered:
    return await ingress.post(body, signature=signature_of(signed_target(body), "stranger"))


async def _other_body(ingress: Sender, body: bytes) -> Answered:
    return await ingress.post(body, signed_target(body + b" "))


async def _no_hash(ingress: Sender, body: bytes) -> Answered:
    return await ingress.post(body, "/twilio/events?x=1")


FORGERIES = pytest.mark.parametrize(
    ("forge", "problem"),
    [
        (_unsigned, "no_signature"),
        (_foreign_token, "wrong_signature"),
        (_other_body, "wrong_body_hash"),
        (_no_hash, "no_body_hash"),
    ],
)


@FORGERIES
async def test_a_forged_request_is_refused_and_counted(
    ingress: Sender, reader: TopicReader, forge: Forge, problem: str
) -> None:
    before = counted("403", problem)
    assert await forge(ingress, b"[%b]" % message_event()) == Answered(403, problem)
    assert counted("403", problem) == before + 1
    assert await raw_elements(reader) == []
    assert await reader.new(QUARANTINE) == []


@FORGERIES
async def test_a_forged_request_is_quarantined_when_the_operator_says_so(
    start_ingress: StartIngress, reader: TopicReader, forge: Forge, problem: str
) -> None:
    body = b"\xff not even text " + message_event()
    before = counted("200", "quarantined")
    async with start_ingress(signature_failure="quarantine") as ingress:
        await ingress.until_ready()
        assert (await forge(ingress, body)).status == 200
    assert counted("200", "quarantined") == before + 1
    assert await raw_elements(reader) == []
    (record,) = await reader.new(QUARANTINE)
    (item,) = msgspec.json.decode(record.value, type=list[Quarantined])
    assert (item.problem, item.body) == (problem, body)
    assert item.target.startswith("/twilio/events")
    assert "Content-Length" in dict(item.headers)


async def test_quarantine_keeps_no_credentials(
    start_ingress: StartIngress, reader: TopicReader
) -> None:
    headers = {"Authorization": "Basic abc", "Cookie": "a=b", "X-Note": "kept"}
    async with start_ingress(signature_failure="quarantine") as ingress:
        await ingress.until_ready()
        await ingress.request("POST", "/twilio/events", b"[]", headers)
    (record,) = await reader.new(QUARANTINE)
    (item,) = msgspec.json.decode(record.value, type=list[Quarantined])
    names = {name.lower() for name, _ in item.headers}
    assert "x-note" in names
    assert names.isdisjoint({"authorization", "cookie"})


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "not_json"), (b"nope", "not_json"), (b"[1", "not_json"), (b"17", "not_events")],
)
async def test_signed_but_never_an_event_is_400(
    ingress: Sender, reader: TopicReader, body: bytes, reason: str
) -> None:
    before = counted("400", reason)
    assert await ingress.post(body) == Answered(400, reason)
    assert counted("400", reason) == before + 1
    assert await raw_elements(reader) == []
    assert await reader.new(DEAD_LETTERS) == []


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_the_limit_is_503_so_that_twilio_keeps_it(
    start_ingress: StartIngress, reader: TopicReader, chunked: bool
) -> None:
    body = b"[%b]" % message_event(text="x" * 2000)
    target = signed_target(body)
    headers = {"X-Twilio-Signature": signature_of(target)}
    before = counted("503", "too_large")

    async def pieces() -> AsyncIterator[bytes]:
        yield body[:1000]
        yield body[1000:]

    async with start_ingress(max_body_bytes=1024) as ingress:
        await ingress.until_ready()
        data = pieces() if chunked else body
        async with ingress.session.post(
            f"{ingress.url}{target}", data=data, headers=headers
        ) as got:
            assert (got.status, await got.text()) == (503, "too_large\n")
            assert got.headers["Retry-After"] == "5"
    assert counted("503", "too_large") == before + 1
    assert await raw_elements(reader) == []


async def test_both_tokens_sign(ingress: Sender, reader: TopicReader) -> None:
    event = message_event()
    second = signature_of(signed_target(event), "second-token")
    assert (await ingress.post(event, signature=second)).status == 200
    assert await raw_elements(reader) == [event]


async def test_the_query_is_verified_exactly_as_it_came(ingress: Sender) -> None:
    event = message_event()
    odd = signed_target(event, query="b=%7e%2F+x&a=%C3%BC&&c&")
    assert (await ingress.post(event, odd)).status == 200


async def test_signed_but_sent_elsewhere_is_kept_at_twilio_and_the_rest_is_404(
    ingress: Sender, reader: TopicReader
) -> None:
    event = message_event()
    target = signed_target(event, "/twilio/event")
    assert await ingress.post(event, target) == Answered(503, "misdirected")
    headers = {"X-Twilio-Signature": signature_of(signed_target(event))}
    assert await ingress.request("PUT", signed_target(event), event, headers) == Answered(
        503, "misdirected"
    )
    assert await ingress.post(event, "/wp-admin", "") == Answered(404, "not_found")
    assert await raw_elements(reader) == []


async def test_it_lives_is_ready_and_counts(ingress: Sender) -> None:
    assert await ingress.get("/healthz") == Answered(200, "ok")
    assert await ingress.get("/readyz") == Answered(200, "ready")
    before = REGISTRY.get_sample_value("twilio_ingest_events_total", {"product": "messaging"}) or 0
    await ingress.post(b"[%b,%b]" % (message_event(), message_event()))
    page = (await ingress.get("/metrics")).reason
    assert f'twilio_ingest_events_total{{product="messaging"}} {before + 2}' in page


def counted(status: str, reason: str) -> float:
    """The requests answered so until now."""
    labels = {"status": status, "reason": reason}
    return REGISTRY.get_sample_value("twilio_ingest_requests_total", labels) or 0.0
