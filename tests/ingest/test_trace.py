import pytest
from aiohttp.test_utils import make_mocked_request

from ingest.trace import trace_of

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (TRACE, TRACE.encode()),
        (TRACE.upper(), b""),
        (f"{TRACE}-more", b""),
        ("+15551234567", b""),
        ("", b""),
    ],
)
def test_only_a_traceparent_goes_on(value: str, expected: bytes) -> None:
    request = make_mocked_request("POST", "/", headers={"Traceparent": value})
    assert trace_of(request) == expected


def test_most_requests_have_none() -> None:
    assert trace_of(make_mocked_request("POST", "/")) == b""
