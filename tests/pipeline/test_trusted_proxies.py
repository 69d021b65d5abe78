from collections.abc import Mapping
from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from pipeline.trusted_proxies import TrustedProxies

PROXIES = TrustedProxies([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])


def source(peer: str, chain: str, proxies: TrustedProxies = PROXIES) -> str:
    """Who sent a request that came in from ``peer``."""
    request = make_mocked_request("POST", "/", headers={"X-Forwarded-For": chain})
    return proxies.source(request.clone(remote=peer))


def origin(peer: str, headers: Mapping[str, str], proxies: TrustedProxies = PROXIES) -> str:
    """Where a request was sent to, as far as a proxy tells."""
    request = make_mocked_request("POST", "/", headers=headers)
    return proxies.origin(request.clone(remote=peer))


FORWARDED = {"X-Forwarded-Host": "hooks.example.com", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("peer", "chain", "expected"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.66, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", "10.0.0.1", "10.1.2.3"),
        ("10.1.2.3", "not an address", "not an address"),
    ],
)
def test_the_sender_is_the_last_that_is_no_trusted_proxy(
    peer: str, chain: str, expected: str
) -> None:
    assert source(peer, chain) == expected


def test_nobody_is_trusted_unless_named() -> None:
    nobody = TrustedProxies([])
    assert source("10.1.2.3", "198.51.100.1", nobody) == "10.1.2.3"
    assert origin("10.1.2.3", FORWARDED, nobody) == ""


@pytest.mark.parametrize(
    ("peer", "changed", "expected"),
    [
        ("10.1.2.3", {}, "https://hooks.example.com"),
        (
            "10.1.2.3",
            {"X-Forwarded-Host": "hooks.example.com:8443"},
            "https://hooks.example.com:8443",
        ),
        ("203.0.113.9", {}, ""),
        ("10.1.2.3", {"X-Forwarded-Proto": "ftp"}, ""),
        ("10.1.2.3", {"X-Forwarded-Host": ""}, ""),
        ("10.1.2.3", {"X-Forwarded-Host": "a.example, b.example"}, ""),
        ("10.1.2.3", {"X-Forwarded-Host": "user@evil.example"}, ""),
    ],
)
def test_an_origin_is_believed_from_a_trusted_proxy_alone(
    peer: str, changed: dict[str, str], expected: str
) -> None:
    assert origin(peer, {**FORWARDED, **changed}) == expected
