"""Faults that tests ask for: what the next calls meet instead of an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from aiohttp import web

from local.twilio_api.problem import Problem

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the next ``times`` calls meet whose path holds ``path`` (and of this ``method``).

    ``refuse`` answers with ``status`` and Twilio's ``code``; ``hang`` waits ``seconds`` and then
    goes on; ``drop`` closes the connection before anything happens, ``take_and_drop`` after.
    """

    kind: Literal["refuse", "hang", "drop", "take_and_drop"]
    path: str = "/"
    method: str = ""
    times: int = 1
    status: int = 503
    code: int = 20500
    retry_after_s: float | None = None
    seconds: float = 60.0

    def meets(self, request: web.Request) -> bool:
        """Whether a request is meant."""
        return self.path in request.path and self.method in ("", request.method)


class Faults:
    """The faults to come, oldest first."""

    def __init__(self) -> None:
        self.coming: list[Fault] = []

    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer as the first fault that means the request wants, else as the handler does."""
        fault = next((each for each in self.coming if each.meets(request)), None)
        if fault is None:
            return await handler(request)
        fault.times -= 1
        if fault.times <= 0:
            self.coming.remove(fault)
        return await _met(fault, request, handler)


async def _met(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    if fault.kind == "refuse":
        refusal = Problem(fault.status, fault.code, "asked for by a test", fault.retry_after_s)
        return refusal.response()
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
        return await handler(request)
    response = await handler(request) if fault.kind == "take_and_drop" else web.Response()
    if request.transport:
        request.transport.abort()
    return response
