"""Free loopback ports."""

import socket
from contextlib import closing


def free_port() -> int:
    """Return a loopback port that nobody listens on now; a moment later somebody might."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
