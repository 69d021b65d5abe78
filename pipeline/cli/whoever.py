"""Whoever runs a command, as others are told of it."""

import getpass
import socket


def whoever() -> str:
    """Who runs the command, where they don't say."""
    return f"{getpass.getuser()}@{socket.gethostname()}"
