"""Anything may come: no input makes the ingress say 500, stumble, or put junk on a raw topic."""

import asyncio

import yarl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from tests.ingest.twilio_like import Sender, message_event

AT_ONCE = 20
BODIES = st.one_of(
    st.binary(max_size=200),
    st.text('[]{},:"\\ ud81a', max_size=60).map(str.encode),
    st.binary(max_size=20).map(lambda junk: b"[%b,%b]" % (message_event("SM1"), junk)),
    st.binary(max_size=20).map(lambda junk: message_event("SM1").replace(b"SM1", junk)),
    st.integers(1, 3000).map(lambda depth: b"[" * depth + b"]" * depth),
    st.integers(1, 6000).map(lambda digits: b'[{"id":"a","type":"b","n":%b}]' % (b"9" * digits)),
)
HEADS = st.tuples(
    st.sampled_from(["POST", "GET", "PRI", "post"]),
    st.sampled_from(["/twilio/events", "/twilio/events?bodySHA256=%ff", "//", "*", "http://x/"]),
    st.lists(
        st.sampled_from(
            [
                "Content-Length: 5",
                "Content-Length: -1",
                "Content-Length: 99999999999999",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: identity, chunked",
                "Content-Encoding: gzip",
                "Expect: 100-continue",
                "X-Twilio-Signature: \xff\xfe",
                "X-Twilio-Signature: a",
                "Host: a\x00b",
                ": nameless",
            ]
        ),
        max_size=4,
    ),
)
BOUNDED = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@BOUNDED
@given(bodies=st.lists(BODIES, min_size=AT_ONCE, max_size=AT_ONCE))
async def test_signed_bodies_of_any_kind(ingress: Sender, bodies: list[bytes]) -> None:
    before = unexpected()
    answers = await asyncio.gather(*(ingress.post(body) for body in bodies))
    assert {answer.status for answer in answers} <= {200, 400}
    assert unexpected() == before


@BOUNDED
@given(head=HEADS, rest=st.binary(max_size=30))
async def test_any_request_head(
    ingress: Sender, head: tuple[str, str, list[str]], rest: bytes
) -> None:
    before = unexpected()
    method, target, headers = head
    lines = "\r\n".join([f"{method} {target} HTTP/1.1", *headers, "", ""]).encode("latin-1")
    url = yarl.URL(ingress.url)
    stream, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(lines + rest)
    writer.write_eof()
    try:
        answered = await asyncio.wait_for(stream.read(), 20)
    except ConnectionResetError:
        answered = b""
    writer.close()
    assert not answered.startswith(b"HTTP/1.1 5")
    assert unexpected() == before
    assert (await ingress.get("/readyz")).status == 200


def unexpected() -> float:
    """Requests that met an error nobody foresaw."""
    labels = {"status": "503", "reason": "unexpected"}
    return REGISTRY.get_sample_value("twilio_ingest_requests_total", labels) or 0.0
