"""The console as a process: listens, and runs until it is asked to stop."""

import asyncio
import signal
import socket
import ssl
from ipaddress import ip_address
from typing import Final

import structlog
from aiohttp import web

from console.server import Console
from pipeline.errors import ConfigurationError
from pipeline.event_loop import new_event_loop
from pipeline.monitoring import listen, serve
from pipeline.settings import ConsoleSettings

#: Pages keep their stream open; a stopping server does not wait for them.
_STOP_S: Final = 1.0
_log = structlog.stdlib.get_logger("console")


def run(console: Console, settings: ConsoleSettings) -> None:
    """Serve until SIGTERM or SIGINT; ConfigurationError when an address can't be used."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(console, settings))


async def _serve(console: Console, settings: ConsoleSettings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    encryption = _tls(settings)
    listening = _listening(settings)
    health = await serve(listen(settings.metrics_host, settings.metrics_port), lambda: None)
    runner = web.AppRunner(console.application(), access_log=None, shutdown_timeout=_STOP_S)
    try:
        await runner.setup()
        await web.SockSite(runner, listening, ssl_context=encryption).start()
        if encryption is None and not (_loopback(settings.host) or settings.trusted_proxies):
            _log.warning("passwords cross the network in the clear: serve TLS, or use a proxy")
        _log.info("listening", host=settings.host, port=settings.port, tls=encryption is not None)
        await stop.wait()
    finally:
        await runner.cleanup()
        await health.cleanup()


def _listening(settings: ConsoleSettings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        raise ConfigurationError(
            f"can't listen on {settings.host}:{settings.port}: {error.strerror}; stop what uses "
            "it, or set TWILIO_PIPELINE_CONSOLE_HOST and _PORT"
        ) from None


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _tls(settings: ConsoleSettings) -> ssl.SSLContext | None:
    if settings.tls_certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except OSError as error:
        raise ConfigurationError(
            f"can't use {settings.tls_certificate} with its key ({error.strerror or error}): set "
            "TWILIO_PIPELINE_CONSOLE_TLS_CERTIFICATE and _TLS_KEY to PEM files that fit"
        ) from None
    return context
