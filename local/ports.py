"""Free loopback ports that stay free for a while."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

from pipeline.errors import UnavailableError

# Below the range from which systems take ports for outgoing connections: between the death of
# a part and its restart nothing else is given its port, not even a client that retries it.
_LOWEST, _HIGHEST = 12_000, 32_000
_TRIES = 200


def free_ports(count: int) -> list[int]:
    """Return different ports that nobody listens on now; raises UnavailableError."""
    chosen: list[int] = []
    with ExitStack() as held:
        for port in random.sample(range(_LOWEST, _HIGHEST), _TRIES):
            probe = held.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            chosen.append(port)
            if len(chosen) == count:
                return chosen
    raise UnavailableError("found no free port on 127.0.0.1; stop some of what listens there")


def free_port() -> int:
    """Return one port, as ``free_ports`` does."""
    (port,) = free_ports(1)
    return port
