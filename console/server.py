"""Puts the console together: routes, who may use which, and what runs beside them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import web

from console.actions import Actions
from console.api import Api, Operations
from console.audit import Audit
from console.cache import Cache
from console.failures import told
from console.guard import Guard
from console.headers import protect
from console.health.parts import Parts
from console.health.watcher import Watcher
from console.identity import Identity
from console.login import Login
from console.pages import LINKS, Pages
from console.sessions import Sessions
from console.stream import Stream
from console.throttle import Throttle
from console.tick import News
from console.users import User, read_users
from console.visitor import Visitor
from console.warehouse import Warehouse
from pipeline.errors import ConfigurationError
from pipeline.privacy import Pseudonymizer
from pipeline.settings import ClickHouseSettings, ConsoleSettings, KafkaSettings
from pipeline.watched_file import WatchedFile

#: Answers live at least so long: pages ask again every two seconds.
_LEAST_S: Final = 2.0
_LARGEST_BODY: Final = 64 * 1024
_AGAIN_S: Final = 1.0
_GUESSES: Final = 5
_GUESSES_OF_ADDRESS: Final = 30
_GUESSES_WITHIN_S: Final = 300.0
_log = structlog.stdlib.get_logger("console")


class Console:
    """Everything that serves the page; ConfigurationError when a setting can't be used."""

    def __init__(
        self,
        settings: ConsoleSettings,
        clickhouse: ClickHouseSettings,
        kafka: KafkaSettings,
        hashes: Pseudonymizer | None,
    ) -> None:
        if settings.users_file is None and not settings.proxy_user_header:
            raise ConfigurationError(
                "nobody could log in: make users with `twilio-pipeline console user add --file "
                "FILE` and set TWILIO_PIPELINE_CONSOLE_USERS_FILE, or "
                "TWILIO_PIPELINE_CONSOLE_PROXY_USER_HEADER for a proxy that logs them in"
            )
        users = WatchedFile(settings.users_file, time.monotonic, read_users, _heard)
        self._sessions = Sessions(
            time.monotonic, settings.session_idle_minutes * 60, settings.session_hours * 3600
        )
        self._identity = Identity(settings, users, self._sessions)
        self._audit = Audit(settings.audit_directory)
        self._warehouse = Warehouse(clickhouse, settings.queries_at_once)
        self._watcher = Watcher(kafka, Parts(settings.parts))
        self._stream = Stream(News(self._warehouse.ask, self._watcher).tick, settings.max_streams)
        self._kafka = kafka
        self._hashes = hashes

    def application(self) -> web.Application:
        """All routes, with what must run beside them."""
        app = web.Application(middlewares=[told], client_max_size=_LARGEST_BODY)
        pages = Pages(self._identity)
        protect(app, self._identity, pages.inline)
        self._add_pages(app, pages)
        self._add_reading(app)
        self._add_changing(app)
        app.cleanup_ctx.append(self._beside)
        return app

    def _add_pages(self, app: web.Application, pages: Pages) -> None:
        login = self._login()
        app.router.add_get("/login", pages.login)
        app.router.add_post("/login", login.enter)
        app.router.add_post("/logout", Guard(self._identity).viewer(login.leave))
        app.router.add_get("/static/{version}/{path:.+}", pages.file)
        for link in LINKS:
            app.router.add_get(link, pages.index)

    def _login(self) -> Login:
        by_pair = Throttle(time.monotonic, _GUESSES, _GUESSES_WITHIN_S)
        by_address = Throttle(time.monotonic, _GUESSES_OF_ADDRESS, _GUESSES_WITHIN_S)
        return Login(self._identity, self._sessions, self._audit, by_pair, by_address)

    def _add_reading(self, app: web.Application) -> None:
        guard = Guard(self._identity)
        api = Api(
            self._warehouse.ask,
            Cache[bytes](time.monotonic, _LEAST_S),
            self._watcher,
            self._hashes,
            self._audit,
        )
        for name in ("session", "filters", "delivery", "breakdown", "otp", "calls", "errors"):
            app.router.add_get(f"/api/{name}", guard.viewer(getattr(api, name)))
        for name in ("alerts", "fallbacks", "health", "search"):
            app.router.add_get(f"/api/{name}", guard.viewer(getattr(api, name)))
        app.router.add_post("/api/search", guard.viewer(api.search))
        app.router.add_get("/api/alerts/{id}", guard.viewer(api.alert))
        app.router.add_get("/api/fallbacks/{id}", guard.viewer(api.fallback))
        app.router.add_get("/api/timeline/{id}", guard.viewer(api.timeline))
        app.router.add_get("/api/stream", guard.viewer(self._listen))
        app.router.add_get("/api/audit", guard.operator(api.audit))

    def _add_changing(self, app: web.Application) -> None:
        guard = Guard(self._identity)
        does = Operations(Actions(self._warehouse.ask, self._kafka, self._audit))
        app.router.add_post("/api/alerts/{id}/ack", guard.operator(does.acknowledge))
        app.router.add_post("/api/fallbacks/stop", guard.operator(does.stop))
        app.router.add_post("/api/fallbacks/start", guard.operator(does.start))

    async def _listen(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        def still() -> bool:
            now = self._identity.visitor(request)
            return now is not None and now.user == visitor.user

        return await self._stream.listen(request, still)

    async def _beside(self, _app: web.Application) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(_kept_up(run)) for run in (self._watcher.run, self._stream.run)
        ]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._warehouse.close()


async def _kept_up(run: Callable[[], Awaitable[None]]) -> None:
    """Begin again after a mistake of ours: the page shows what still works."""
    while True:
        try:
            await run()
        except Exception:  # noqa: BLE001  whatever it is, it is logged and tried again
            _log.exception("begins again")
            await asyncio.sleep(_AGAIN_S)


def _heard(users: dict[str, User], problem: ConfigurationError | None) -> None:
    if problem:
        _log.error("the users file can't be used, the last one counts", reason=str(problem))
    else:
        _log.info("users read anew", users=len(users))
