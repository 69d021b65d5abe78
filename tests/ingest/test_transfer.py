"""Bodies that break off or are malformed in transfer are no error of ours, and no 4xx."""

import asyncio

import pytest
import yarl
from prometheus_client import REGISTRY

from tests.ingest.twilio_like import Sender, message_event, signature_of, signed_target


async def _send(ingress: Sender, framing: str, rest: bytes, *, leave: bool) -> bytes:
    """Post a signed head with some framing and a body that does not keep its promise."""
    target = signed_target(message_event())
    head = (
        f"POST {target} HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: {signature_of(target)}\r\n"
        f"{framing}\r\n\r\n"
    )
    url = yarl.URL(ingress.url)
    stream, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(head.encode() + rest)
    await writer.drain()
    if leave:
        writer.close()
        await writer.wait_closed()
        return b""
    answered = await asyncio.wait_for(stream.readuntil(b"\r\n"), 20)
    writer.close()
    return answered


async def test_malformed_http_is_counted_and_logged_without_what_was_sent(
    ingress: Sender, capfd: pytest.CaptureFixture[str]
) -> None:
    before = counted("malformed_http", "400")
    answered = await _send(ingress, "Transfer-Encoding: chunked", b"zz\r\nbody", leave=False)
    assert answered.split()[1] == b"400"
    assert counted("malformed_http", "400") == before + 1
    logged = "".join(capfd.readouterr())
    assert "malformed_http" in logged
    assert "Traceback" not in logged
    assert "zz" not in logged


@pytest.mark.parametrize("framing", ["Content-Length: 500", "Transfer-Encoding: chunked"])
async def test_a_sender_that_leaves_is_counted_as_such(ingress: Sender, framing: str) -> None:
    before, unexpected = counted("broken_body"), counted("unexpected")
    await _send(ingress, framing, b"5\r\nhello\r\n", leave=True)
    async with asyncio.timeout(20):
        while counted("broken_body") == before:  # noqa: ASYNC110  a metric has no event
            await asyncio.sleep(0.01)
    assert counted("unexpected") == unexpected
    assert (await ingress.post(message_event())).status == 200


def counted(reason: str, status: str = "503") -> float:
    """The requests answered so for this reason until now."""
    labels = {"status": status, "reason": reason}
    return REGISTRY.get_sample_value("twilio_ingest_requests_total", labels) or 0.0
