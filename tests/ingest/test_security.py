"""What strangers and broken senders try, against a running ingress."""

import asyncio
import gzip

import pytest
import yarl

from pipeline.topics import RAW
from tests.ingest.conftest import StartIngress
from tests.ingest.topic_reader import TopicReader
from tests.ingest.twilio_like import (
    TOKEN,
    Answered,
    Sender,
    message_event,
    signature_of,
    signed_target,
)


async def exchange(ingress: Sender, sent: bytes) -> bytes:
    """Send bytes on a connection of their own; everything answered until it ends."""
    url = yarl.URL(ingress.url)
    stream, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(sent)
    try:
        return await asyncio.wait_for(stream.read(), 20)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def signed_head(body: bytes, *headers: str) -> bytes:
    """The head of a signed post."""
    target = signed_target(body)
    lines = [f"POST {target} HTTP/1.1", "Host: x", f"X-Twilio-Signature: {signature_of(target)}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode()


@pytest.mark.parametrize("hash_of", ["sent", "inflated"])
async def test_a_compressed_body_is_the_event_it_holds(
    ingress: Sender, reader: TopicReader, hash_of: str
) -> None:
    event = message_event()
    squeezed = gzip.compress(event)
    target = signed_target(squeezed if hash_of == "sent" else event)
    headers = {"X-Twilio-Signature": signature_of(target), "Content-Encoding": "gzip"}
    assert (await ingress.request("POST", target, squeezed, headers)).status == 200
    (record,) = await reader.new(RAW["messaging"])
    assert record.value == b"[%b]" % event


async def test_a_bomb_and_an_unknown_encoding_are_sent_back(ingress: Sender) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    for body, encoding, reason in (
        (bomb, "gzip", "too_large"),
        (b"[]", "br", "bad_encoding"),
        (b"[]", "gzip", "bad_encoding"),
    ):
        target = signed_target(body)
        headers = {"X-Twilio-Signature": signature_of(target), "Content-Encoding": encoding}
        assert await ingress.request("POST", target, body, headers) == Answered(503, reason)


async def test_a_shared_key_signs_and_an_unknown_algorithm_is_not_lost(ingress: Sender) -> None:
    from twilio.request_validator import RequestValidator  # noqa: PLC0415  only the oracle here

    event = message_event()
    target = signed_target(event)
    signature = RequestValidator(TOKEN).compute_signature(
        f"https://events.example.com{target}", {}, "HMAC_SHA256"
    )
    for named, expected in (
        ("HMAC_SHA256", Answered(200, "")),
        ("HMAC_SHA1", Answered(403, "wrong_signature")),
        ("HMAC_SHA999", Answered(503, "unknown_algorithm")),
    ):
        headers = {
            "X-Twilio-Signature": signature,
            "X-Twilio-Webhooks-Signature-Settings": f"key=k1,algorithm={named}",
        }
        assert await ingress.request("POST", target, event, headers) == expected


async def test_a_rotation_gone_wrong_keeps_the_events_at_twilio(
    start_ingress: StartIngress,
) -> None:
    event = message_event()
    other = signature_of(signed_target(event), "rotated")
    async with start_ingress(doubt_after=2) as ingress:
        await ingress.until_ready()
        assert await ingress.post(event, signature=other) == Answered(403, "wrong_signature")
        assert (await ingress.post(event)).status == 200
        answers = [await ingress.post(event, signature=other) for _ in range(3)]
        assert answers[0] == Answered(403, "wrong_signature")
        assert set(answers[1:]) == {Answered(503, "doubtful_signature")}
        assert await ingress.post(event, signature="made up") == Answered(403, "wrong_signature")
        assert (await ingress.post(event)).status == 200


async def test_slow_senders_are_cut(start_ingress: StartIngress) -> None:
    async with start_ingress(body_timeout_s=0.2, idle_timeout_s=0.2) as ingress:
        await ingress.until_ready()
        slow_body = await exchange(ingress, signed_head(b"[]", "Content-Length: 500") + b"[")
        assert slow_body.startswith(b"HTTP/1.1 503")
        assert b"slow_body" in slow_body
        assert await exchange(ingress, b"POST /twilio/events HTTP/1.1\r\nHost:") == b""
        assert await exchange(ingress, b"") == b""


async def test_no_more_requests_than_allowed_are_under_way(start_ingress: StartIngress) -> None:
    waiting = signed_head(b"[]", "Content-Length: 2", "Connection: close")
    async with start_ingress(max_open_requests=1, body_timeout_s=3) as ingress:
        await ingress.until_ready()
        url = yarl.URL(ingress.url)
        stream, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(waiting)
        async with asyncio.timeout(20):
            while "open_requests 1.0" not in (await ingress.get("/metrics")).reason:  # noqa: ASYNC110  a metric has no event
                await asyncio.sleep(0.01)
        assert await ingress.post(message_event()) == Answered(503, "overloaded")
        writer.write(b"[]")
        assert (await stream.read()).startswith(b"HTTP/1.1 200")
        writer.close()
        assert (await ingress.post(message_event())).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 2", "Transfer-Encoding: chunked"),
        ("Content-Length: 2", "Content-Length: 3"),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: +2",),
        ("X-Big: " + "a" * 9000,),
        tuple(f"X-{n}: a" for n in range(200)),
        ("Content-Length: 2, 2",),
        ("Content-Length: 0x2",),
        ("Content-Length: -1",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        ("X-Odd\x00: a",),
        ("X Odd: a",),
        ("X-Odd: a\rTransfer-Encoding: chunked",),
    ],
)
async def test_smuggling_and_oversized_heads_are_no_request(
    ingress: Sender, reader: TopicReader, headers: tuple[str, ...]
) -> None:
    event = message_event()
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(event), event)
    answered = await exchange(ingress, signed_head(event, *headers, "Connection: close") + body)
    assert answered.split()[1] == b"400"
    assert answered.endswith(b"\r\n\r\nmalformed_http\n")
    assert answered.count(b"HTTP/1.") == 1
    assert await reader.new(RAW["messaging"]) == []
