import hashlib
import hmac
from collections.abc import AsyncIterator

import aiohttp
import pytest

from processors.fallback.performing.signed import BusyError, RefusedError, SignedCalls
from tests.processors.notifier.channels.receiver import Receiver, receiving

SECRET = b"0123456789abcdef"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest.fixture
async def calls(receiver: Receiver) -> AsyncIterator[SignedCalls]:
    async with aiohttp.ClientSession() as session:
        yield SignedCalls(session, f"{receiver.url}/jobs", SECRET, lambda: 1_800_000_000.7)


async def test_a_call_can_be_checked_and_told_from_its_repetition(
    calls: SignedCalls, receiver: Receiver
) -> None:
    receiver.body = {"reference": "job-7"}
    assert await calls.post("verify:VE1:0:1", {"to": "+15550100"}) == {"reference": "job-7"}
    (got,) = receiver.got
    assert got.headers["Idempotency-Key"] == "verify:VE1:0:1"
    expected = hmac.new(SECRET, b"1800000000." + got.body, hashlib.sha256).hexdigest()
    assert got.headers["Twilio-Pipeline-Signature"] == f"t=1800000000,v1={expected}"


async def test_no_means_no(calls: SignedCalls, receiver: Receiver) -> None:
    receiver.status = 422
    with pytest.raises(RefusedError) as error:
        await calls.post("k", {})
    assert error.value.status == 422


@pytest.mark.parametrize(("status", "header", "seconds"), [(429, "7", 7), (503, "soon", 2)])
async def test_later_means_later(
    calls: SignedCalls, receiver: Receiver, status: int, header: str, seconds: float
) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": header}
    with pytest.raises(BusyError) as error:
        await calls.post("k", {})
    assert error.value.retry_after_s == seconds


@pytest.mark.parametrize("body", [[1], "text", None])
async def test_an_answer_that_is_no_object_says_nothing(
    calls: SignedCalls, receiver: Receiver, body: object
) -> None:
    receiver.body = body
    assert await calls.post("k", {}) == {}
