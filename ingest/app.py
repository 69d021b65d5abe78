"""The ingress put together: routes, and the life of the parts behind them."""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web

from ingest.coalescer import Coalescer, Limits
from ingest.desk import Desk
from ingest.doubt import Doubt
from ingest.gate import Bounds, Gate
from ingest.kafka_link import KafkaLink
from ingest.keyring import Keyring
from ingest.origin import TrustedProxies
from ingest.reading import BodyLimits
from ingest.refusals import RefusalLog
from ingest.sender import SenderCheck
from ingest.server import HttpServer
from ingest.signature import Verifier
from ingest.spool.folders import folder_of, left_behind
from ingest.spool.heritage import drain_heritage
from ingest.spool.relay import Relay
from ingest.spool.station import SpoolStation
from ingest.webhook import Policy, Webhook
from ingest.workers.place import ALONE, Place
from pipeline import monitoring
from pipeline.metrics import INGEST_DOUBTFUL_SOURCES, INGEST_OPEN_REQUESTS, INGEST_UNACKED_BYTES
from pipeline.settings import IngestSettings, KafkaSettings, SpoolSettings
from pipeline.topics import DEAD_LETTERS, QUARANTINE, RAW

PATHS: Final = ("/twilio/events", "/api/webhooks/twilio-events")
_FLUSH_SECONDS: Final = 5.0
_GRACE_SECONDS: Final = 0.5
_MILLISECOND: Final = 1_000_000
_TOPICS: Final = (*RAW.values(), DEAD_LETTERS, QUARANTINE)


class Ingress:
    """The ingress as it runs: listens, and stops without losing what it has taken in."""

    def __init__(self, server: HttpServer, gate: Gate, state: Callable[[], str]) -> None:
        self._server = server
        self._gate = gate
        self._state = state
        self._telling: web.AppRunner | None = None

    async def tell(self, socket_path: Path) -> None:
        """Serve /healthz, /readyz and /metrics of this process alone on a Unix socket."""
        app = web.Application()
        monitoring.add_routes(app, self._gate.problem, self._state)
        self._telling = web.AppRunner(app, access_log=None)
        await self._telling.setup()
        await web.UnixSite(self._telling, str(socket_path)).start()

    async def start(self, host: str, port: int, *, shared: bool = False) -> int:
        """Connect to Kafka and listen; the port. OSError when the address can't be used."""
        return await self._server.start(host, port, shared=shared)

    async def stop(self) -> None:
        """Be unready, finish the requests under way, and flush what they held."""
        self._gate.stopping = True
        await self._server.close()
        if self._telling:
            await self._telling.cleanup()


def build(
    settings: IngestSettings,
    kafka: KafkaSettings,
    spool: SpoolSettings | None = None,
    place: Place = ALONE,
) -> Ingress:
    """Put an ingress together; it connects to Kafka when it starts and flushes when it stops.

    Needs a running event loop. ConfigurationError when the spool's folder can't be used.
    """
    ingress_id = f"{socket.gethostname()}-{secrets.token_hex(4)}"
    link = KafkaLink(kafka.bootstrap_servers, _TOPICS)
    own, left = _spools(spool, place)
    station = SpoolStation(own, link, _now_ms) if own else None
    outlet = station.relay if station else link
    coalescer = Coalescer(outlet, _limits(settings), ingress_id, _now_ms)
    INGEST_UNACKED_BYTES.set_function(lambda: coalescer.unacked_bytes)
    gate = Gate(outlet, lambda: coalescer.unacked_bytes, _bounds(settings))
    INGEST_OPEN_REQUESTS.set_function(lambda: gate.open_requests)
    refusals = RefusalLog(time.monotonic)
    webhook = Webhook(
        _policy(settings, ingress_id),
        _sender_check(settings),
        gate,
        Desk(coalescer, settings.ack_timeout_s, _now_ms),
        refusals,
        now_ms=_now_ms,
    )
    app = web.Application(client_max_size=settings.max_body_bytes)
    _add_routes(app, webhook, gate, outlet)
    heritages = [partial(drain_heritage, each, link, _now_ms) for each in left]
    app.cleanup_ctx.append(_life(link, coalescer, station, heritages))
    return Ingress(_server(app, webhook, refusals, settings), gate, lambda: outlet.state)


def _spools(
    spool: SpoolSettings | None, place: Place
) -> tuple[SpoolSettings | None, list[SpoolSettings]]:
    """The process's own spool, and those it has to drain because nobody else will."""
    if not spool or not spool.directory:
        return None, []
    root = Path(spool.directory)

    def at(folder: Path) -> SpoolSettings:
        return spool.model_copy(update={"directory": str(folder)})

    left = left_behind(root, place.of) if place.number == 0 else []
    return at(folder_of(root, place.number, place.of)), [at(folder) for folder in left]


def _server(
    app: web.Application, webhook: Webhook, refusals: RefusalLog, settings: IngestSettings
) -> HttpServer:
    """A request under way ends by itself within the ack timeout."""
    return HttpServer(
        app,
        dict.fromkeys(PATHS, webhook.receive),
        refusals,
        shutdown_s=settings.ack_timeout_s + _GRACE_SECONDS,
        keepalive_timeout=settings.idle_timeout_s,
        access_log=None,
        auto_decompress=False,  # the signature is over the body as it was sent
    )


def _life(
    link: KafkaLink,
    coalescer: Coalescer,
    station: SpoolStation | None,
    heritages: Sequence[Callable[[], Coroutine[None, None, None]]],
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Connected, and draining the spool, from the start to the end of the application."""

    async def life(_: web.Application) -> AsyncIterator[None]:
        layouts: list[Callable[[dict[str, int]], None]] = [coalescer.lay_out]
        if station:
            layouts.append(station.note_layout)
            coalescer.lay_out(station.last_layout(_TOPICS) or {})
        loop = asyncio.get_running_loop()
        running = [loop.create_task(link.run(lambda layout: _tell(layouts, layout)))]
        running += [loop.create_task(heritage()) for heritage in heritages]
        if station:
            running.append(loop.create_task(station.run()))
        yield
        await coalescer.drain(_FLUSH_SECONDS)
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        await link.close(_FLUSH_SECONDS)
        if station:
            await station.close()

    return life


def _tell(layouts: list[Callable[[dict[str, int]], None]], layout: dict[str, int]) -> None:
    for each in layouts:
        each(layout)


def _add_routes(
    app: web.Application, webhook: Webhook, gate: Gate, outlet: KafkaLink | Relay
) -> None:
    for path in PATHS:
        app.router.add_post(path, webhook.receive)
    monitoring.add_routes(app, gate.problem, lambda: outlet.state)
    app.router.add_route("*", "/{anywhere:.*}", webhook.misdirected)


def _limits(settings: IngestSettings) -> Limits:
    return Limits(
        window_s=settings.coalesce_ms / 1000,
        max_events=settings.coalesce_max_events,
        max_bytes=settings.coalesce_max_bytes,
    )


def _sender_check(settings: IngestSettings) -> SenderCheck:
    keyring = Keyring(settings.tokens, settings.auth_tokens_file, time.monotonic)
    doubt = Doubt(settings.doubt_after, settings.doubt_s, time.monotonic)
    INGEST_DOUBTFUL_SOURCES.set_function(doubt.count)
    verifier = Verifier(settings.public_url, keyring)
    return SenderCheck(verifier, doubt, TrustedProxies(settings.proxy_networks))


def _bounds(settings: IngestSettings) -> Bounds:
    return Bounds(settings.max_open_requests, settings.max_unacked_bytes)


def _policy(settings: IngestSettings, ingress_id: str) -> Policy:
    return Policy(
        body=BodyLimits(settings.max_body_bytes, settings.body_timeout_s),
        quarantine=settings.signature_failure == "quarantine",
        ingress_id=ingress_id,
    )


def _now_ms() -> int:
    return time.time_ns() // _MILLISECOND
