"""How tests and simulators tell the stand-in what there is, and what is to go wrong.

``POST /_control/accounts`` (see ``Account``), ``/_control/verifications`` {"sid", "account_sid",
"service_sid", "to", "created", "sendings", "end"}, ``/_control/messages`` (see ``Message``),
``/_control/faults`` (see ``Fault``), ``/_control/leads`` {public address: address here},
``/_control/usage`` (see ``Usage``). ``GET /_control/effects`` gives the journal,
``DELETE /_control/faults`` calls off what is to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from aiohttp import web

from local.twilio_api.accounts import Account
from local.twilio_api.faults import Fault
from local.twilio_api.messages import Message
from local.twilio_api.usage_routes import Usage
from local.twilio_api.verifications import Verification

if TYPE_CHECKING:
    from local.twilio_api.twilio import Twilio

PREFIX: Final = "/_control"
Kind = TypeVar("Kind")


class ControlRoutes:
    """Handlers over everything."""

    def __init__(self, twilio: Twilio) -> None:
        self._twilio = twilio

    def routes(self) -> list[web.RouteDef]:
        """For the server's table."""
        return [
            web.post(f"{PREFIX}/accounts", self._account),
            web.post(f"{PREFIX}/verifications", self._verification),
            web.post(f"{PREFIX}/messages", self._message),
            web.post(f"{PREFIX}/faults", self._fault),
            web.delete(f"{PREFIX}/faults", self._no_fault),
            web.post(f"{PREFIX}/usage", self._use),
            web.post(f"{PREFIX}/leads", self._lead),
            web.get(f"{PREFIX}/effects", self._effects),
        ]

    async def _account(self, request: web.Request) -> web.Response:
        self._twilio.accounts.add(await _read(request, Account))
        return web.Response(status=204)

    async def _verification(self, request: web.Request) -> web.Response:
        self._twilio.verifications.add(await _read(request, Verification))
        return web.Response(status=204)

    async def _message(self, request: web.Request) -> web.Response:
        self._twilio.messages.add(await _read(request, Message))
        return web.Response(status=204)

    async def _fault(self, request: web.Request) -> web.Response:
        self._twilio.faults.coming.append(await _read(request, Fault))
        return web.Response(status=204)

    async def _no_fault(self, _request: web.Request) -> web.Response:
        self._twilio.faults.coming.clear()
        return web.Response(status=204)

    async def _use(self, request: web.Request) -> web.Response:
        self._twilio.usage.append(await _read(request, Usage))
        return web.Response(status=204)

    async def _lead(self, request: web.Request) -> web.Response:
        self._twilio.leads.update(await _read(request, dict[str, str]))
        return web.Response(status=204)

    async def _effects(self, _request: web.Request) -> web.Response:
        return web.json_response(self._twilio.journal.effects)


async def _read(request: web.Request, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.MsgspecError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
