"""What every client of ClickHouse is made with, and why it can't be reached."""

import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pipeline.settings import ClickHouseSettings

_PREFIX = "TWILIO_PIPELINE_CLICKHOUSE_"


def client_arguments(settings: ClickHouseSettings) -> dict[str, Any]:
    """Address, user and whom to trust, as keyword arguments of clickhouse-connect.

    Certificates and host names are always checked.
    """
    url = urlsplit(settings.url)
    secure = url.scheme == "https"
    return {
        "host": url.hostname or "127.0.0.1",
        "port": url.port or (8443 if secure else 8123),
        "secure": secure,
        "verify": True,
        "ca_cert": str(settings.ca_file) if secure and settings.ca_file else None,
        "username": settings.user,
        "password": settings.password.get_secret_value(),
        "database": settings.database,
    }


def away(settings: ClickHouseSettings, error: BaseException) -> str:
    """Say in one line why nothing answers, and what to do."""
    where = f"ClickHouse at {settings.url}"
    for cause in _causes(error):
        # aiohttp's errors are of these classes, too, but say nothing more
        if isinstance(cause, ssl.SSLCertVerificationError) and hasattr(cause, "verify_message"):
            return (
                f"{where} has a certificate that can't be trusted ({cause.verify_message}): set "
                f"{_PREFIX}CA_FILE to the authority that signed it, and name the server in "
                f"{_PREFIX}URL as the certificate does"
            )
        if isinstance(cause, ssl.SSLError) and hasattr(cause, "reason"):
            said = cause.reason or "no TLS there"
            return f"{where} can't be spoken to by TLS ({said}): set {_PREFIX}URL or _CA_FILE"
        if isinstance(cause, FileNotFoundError) and settings.ca_file:
            return f"can't read {settings.ca_file}: set {_PREFIX}CA_FILE"
    return f"{where} does not answer: start it, or set {_PREFIX}URL"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what lies beneath it; urllib3 keeps that in ``reason``."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, getattr(one, "reason", None), one.__context__]
            waiting += [each for each in one.args if isinstance(each, BaseException)]
