"""Who really sent a request and to which address, when a proxy stands in between.

Anybody can write a forwarded header, so it counts only on connections from trusted proxies.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from aiohttp import web

Network = IPv4Network | IPv6Network
_SCHEMES: Final = frozenset({"http", "https"})
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(?::[1-5]?[0-9]{1,4})?")


class TrustedProxies:
    """The networks whose ``X-Forwarded-For``, ``-Proto`` and ``-Host`` are believed."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = tuple(networks)

    def source(self, request: web.Request) -> str:
        """The sender's address: the last one in the chain that is no trusted proxy."""
        peer = request.remote or ""
        if not self.trusts(peer):
            return peer
        chain = request.headers.get("X-Forwarded-For", "").split(",")
        strangers = (each.strip() for each in reversed(chain) if not self.trusts(each.strip()))
        return next(strangers, "") or peer

    def origin(self, request: web.Request) -> str:
        """The ``scheme://host`` the proxy was asked for; empty when none can be believed."""
        if not self._networks:
            return ""
        host = request.headers.get("X-Forwarded-Host", "").strip()
        scheme = request.headers.get("X-Forwarded-Proto", "").strip().lower()
        readable = scheme in _SCHEMES and _HOST.fullmatch(host)
        return f"{scheme}://{host}" if readable and self.trusts(request.remote or "") else ""

    def trusts(self, address: str) -> bool:
        """Whether this address is a trusted proxy's; what is no address is not."""
        if not self._networks:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)
