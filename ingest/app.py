"""The ingress put together: routes, and the life of the parts behind them."""

import asyncio
import secrets
import socket
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

from ingest.clock import now_ms
from ingest.coalescer import Coalescer, Limits
from ingest.desk import Desk
from ingest.doubt import Doubt
from ingest.gate import Bounds, Gate
from ingest.kafka_link import KafkaLink
from ingest.keyring import Keyring
from ingest.ledger import Ledger
from ingest.life import Life
from ingest.reading import BodyLimits
from ingest.refusals import RefusalLog
from ingest.sender import SenderCheck
from ingest.server import HttpServer
from ingest.signature import Verifier
from ingest.spool.folders import shares
from ingest.spool.relay import Relay
from ingest.spool.station import SpoolStation
from ingest.webhook import Policy, Webhook
from ingest.workers.place import ALONE, Place
from pipeline import monitoring
from pipeline.metrics import INGEST_DOUBTFUL_SOURCES, INGEST_OPEN_REQUESTS, INGEST_UNACKED_BYTES
from pipeline.settings import IngestSettings, KafkaSettings, SpoolSettings
from pipeline.topics import DEAD_LETTERS, LEDGER, QUARANTINE, RAW
from pipeline.tracing import tracing
from pipeline.trusted_proxies import TrustedProxies

if TYPE_CHECKING:
    from ingest.request_spans import RequestSpans

PATHS: Final = ("/twilio/events", "/api/webhooks/twilio-events")
_GRACE_SECONDS: Final = 0.5
#: How long the rest of a body is thrown away after an answer, so that its sender gets to read it.
_LINGER_SECONDS: Final = 2.0
#: What the ingress writes to.
TOPICS: Final = (*RAW.values(), DEAD_LETTERS, QUARANTINE, LEDGER)


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

    async def stand_down(self, seconds: float) -> None:
        """Be unready but go on, so that a load balancer notices before the port is closed."""
        self._gate.stopping = True
        await asyncio.sleep(seconds)

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

    Needs a running event loop. ConfigurationError when the spool's folder can't be used, or
    tracing is asked for in a way that is not there.
    """
    ingress_id = f"{socket.gethostname()}-{secrets.token_hex(4)}"
    link = KafkaLink(kafka, TOPICS, dispensable=[LEDGER])
    spools = shares(spool, place.number, place.of)
    station = SpoolStation(spools.own, link, now_ms) if spools.own else None
    outlet = station.relay if station else link
    spans = _spans()
    coalescer = Coalescer(outlet, _limits(settings), ingress_id, now_ms, spans)
    INGEST_UNACKED_BYTES.set_function(lambda: coalescer.unacked_bytes)
    gate = Gate(outlet, lambda: coalescer.unacked_bytes, _bounds(settings))
    INGEST_OPEN_REQUESTS.set_function(lambda: gate.open_requests)
    refusals = RefusalLog(time.monotonic)
    webhook = Webhook(
        _policy(settings, ingress_id),
        _sender_check(settings),
        gate,
        Desk(coalescer, settings.ack_timeout_s, now_ms),
        refusals,
        now_ms=now_ms,
        spans=spans,
    )
    app = web.Application(client_max_size=settings.max_body_bytes)
    _add_routes(app, webhook, gate, outlet, _elsewhere(settings) if place.of > 1 else None)
    ledger = Ledger(link, ingress_id, now_ms)
    app.cleanup_ctx.append(Life(link, coalescer, station, spools.left, spools.folders, ledger))
    return Ingress(_server(app, webhook, refusals, settings), gate, lambda: outlet.state)


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
        lingering_time=_LINGER_SECONDS,
        access_log=None,
        auto_decompress=False,  # the signature is over the body as it was sent
    )


def _add_routes(
    app: web.Application,
    webhook: Webhook,
    gate: Gate,
    outlet: KafkaLink | Relay,
    elsewhere: str | None,
) -> None:
    for path in PATHS:
        app.router.add_post(path, webhook.receive)
    _add_monitoring(app, gate, outlet, elsewhere)
    app.router.add_route("*", "/{anywhere:.*}", webhook.misdirected)


def _add_monitoring(
    app: web.Application, gate: Gate, outlet: KafkaLink | Relay, elsewhere: str | None
) -> None:
    """One of several workers has only its own share of the metrics, so it says who has all."""
    if elsewhere is None:
        monitoring.add_routes(app, gate.problem, lambda: outlet.state)
        return

    async def refer(_: web.Request) -> web.Response:
        return web.Response(status=HTTPStatus.NOT_FOUND, text=elsewhere)

    monitoring.add_health(app, gate.problem, lambda: outlet.state)
    app.router.add_get("/metrics", refer)


def _elsewhere(settings: IngestSettings) -> str:
    return (
        "this is one of several workers; the metrics of all are at "
        f"{settings.metrics_host}:{settings.metrics_port}/metrics\n"
    )


def _spans() -> "RequestSpans | None":
    spans = tracing("twilio-ingest")
    if spans is None:
        return None
    from ingest.request_spans import RequestSpans  # noqa: PLC0415  loaded only where tracing is on

    return RequestSpans(spans)


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
