"""The JSON the page asks for."""

import time
from collections.abc import Awaitable, Callable, Hashable
from importlib.metadata import version
from typing import Final

import msgspec
from aiohttp import web

from console.actions import Actions, read_because
from console.audit import Audit
from console.cache import Cache
from console.health.health import fallback_mode, health
from console.health.watcher import Watcher
from console.limits import read_limit
from console.problems import BAD_REQUEST, ProblemError
from console.question import Question, read_question
from console.views import Answer
from console.views.alerts import alert, alerts
from console.views.breakdown import breakdown
from console.views.calls import calls
from console.views.choices import choices
from console.views.delivery import delivery
from console.views.errors import errors
from console.views.fallbacks import fallback, fallbacks
from console.views.otp import otp
from console.views.search import search
from console.views.timeline import timeline
from console.visitor import Visitor
from console.warehouse import Ask
from pipeline.privacy import Pseudonymizer

_VERSION: Final = version("twilio-event-pipeline")
_CHOICES_S: Final = 60.0
_LONGEST: Final = 512


class Api:
    """Handlers of all that is read; equal questions of many pages are asked once."""

    def __init__(
        self,
        ask: Ask,
        cache: Cache[bytes],
        watcher: Watcher,
        hashes: Pseudonymizer | None,
        audit: Audit,
    ) -> None:
        self._ask = ask
        self._cache = cache
        self._watcher = watcher
        self._hashes = hashes
        self._audit = audit

    async def session(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Who asks, and what time it is here."""
        told = {"version": _VERSION, "now": int(time.time()), "zone": "UTC"}
        return _json({**msgspec.to_builtins(visitor), **told})

    async def filters(self, _request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """What there is to filter by."""
        return await self._once("filters", lambda: choices(self._ask, time.time()), _CHOICES_S)

    async def delivery(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Delivery over time."""
        question = _question(request)
        return await self._once(("delivery", question), lambda: delivery(self._ask, question))

    async def breakdown(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Delivery by one dimension."""
        question, by = _question(request), request.query.get("by", "country")
        return await self._once(
            ("breakdown", question, by), lambda: breakdown(self._ask, question, by)
        )

    async def otp(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """The Verify funnel."""
        question = _question(request)
        return await self._once(("otp", question), lambda: otp(self._ask, question))

    async def calls(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Outcomes of calls."""
        question = _question(request)
        return await self._once(("calls", question), lambda: calls(self._ask, question))

    async def errors(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Error codes."""
        question = _question(request)
        return await self._once(("errors", question), lambda: errors(self._ask, question))

    async def alerts(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Incidents."""
        most, state = read_limit(request.query), request.query.get("state", "firing")
        if state not in {"firing", "all"}:
            raise ProblemError(BAD_REQUEST, "`state` is firing or all.")
        everything = state == "all"
        return await self._once(
            ("alerts", everything, most),
            lambda: alerts(self._ask, everything=everything, most=most),
        )

    async def alert(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """One incident."""
        identity = _identity(request)
        return await self._once(("alert", identity), lambda: alert(self._ask, identity))

    async def fallbacks(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Fallback plans, and whether any are sent."""
        question, most = _question(request), read_limit(request.query)
        state = request.query.get("state", "")[:_LONGEST]

        async def told() -> Answer:
            found = await fallbacks(self._ask, question, state, most)
            return {"mode": fallback_mode(self._watcher), **found}

        return await self._once(("fallbacks", question, state, most), told)

    async def fallback(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """One fallback plan."""
        identity = _identity(request)
        return await self._once(("fallback", identity), lambda: fallback(self._ask, identity))

    async def health(self, _request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """How the pipeline does."""
        return await self._once("health", lambda: health(self._ask, self._watcher))

    async def search(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """GET with ``q``, or POST {"q"}, which keeps a number out of proxies' logs."""
        text = request.query.get("q", "")
        if request.method == "POST":
            text = _asked(await request.read())
        return _json(await search(self._ask, text, self._hashes))

    async def timeline(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """All events of one subject."""
        sid = _identity(request)
        return await self._once(("timeline", sid), lambda: timeline(self._ask, sid))

    async def audit(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Who did what."""
        return _json({"rows": self._audit.latest(read_limit(request.query))})

    async def _once(
        self, key: Hashable, make: Callable[[], Awaitable[Answer]], least_s: float = 0.0
    ) -> web.StreamResponse:
        async def encoded() -> bytes:
            return msgspec.json.encode(await make())

        return _answer(await self._cache.get(key, encoded, least_s))


class Operations:
    """Handlers of all that is changed."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def acknowledge(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """POST /api/alerts/{id}/ack."""
        because = read_because(await request.read())
        await self._actions.acknowledge(visitor, _identity(request), because)
        return _json({}, _ACCEPTED)

    async def stop(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """POST /api/fallbacks/stop."""
        await self._actions.switch(visitor, read_because(await request.read()), stopped=True)
        return _json({}, _ACCEPTED)

    async def start(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """POST /api/fallbacks/start."""
        await self._actions.switch(visitor, read_because(await request.read()), stopped=False)
        return _json({}, _ACCEPTED)


_ACCEPTED: Final = 202


class _Asked(msgspec.Struct):
    q: str


def _asked(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Asked).q
    except msgspec.DecodeError:
        raise ProblemError(BAD_REQUEST, 'Send {"q": "..."} as JSON.') from None


def _question(request: web.Request) -> Question:
    return read_question(request.query, time.time())


def _identity(request: web.Request) -> str:
    return request.match_info["id"][:_LONGEST]


def _json(content: object, status: int = 200) -> web.Response:
    return _answer(msgspec.json.encode(content), status)


def _answer(body: bytes, status: int = 200) -> web.Response:
    answer = web.Response(body=body, status=status, content_type="application/json")
    answer.enable_compression()
    return answer
