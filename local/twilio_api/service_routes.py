"""Verify's services: ``/v2/Services``, as far as Event Streams needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from local.twilio_api.callers import CALLER
from local.twilio_api.pages import page
from local.twilio_api.problem import not_found
from local.twilio_api.times import iso

if TYPE_CHECKING:
    from local.twilio_api.accounts import Account

_FLAG = "VerifyEventSubscriptionEnabled"


class ServiceRoutes:
    """Handlers over the services of the caller's account."""

    def routes(self) -> list[web.RouteDef]:
        """For the server's table."""
        one = "/v2/Services/{service}"
        return [
            web.get("/v2/Services", self._list),
            web.get(one, self._fetch),
            web.post(one, self._update),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        own = request[CALLER]
        return page(request, "services", [_shown(own, sid) for sid in sorted(own.verify_services)])

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(_shown(*_service(request)))

    async def _update(self, request: web.Request) -> web.Response:
        own, sid = _service(request)
        wanted = (await request.post()).get(_FLAG)
        if wanted is not None:
            told = own.services_with_events
            (told.add if str(wanted).lower() == "true" else told.discard)(sid)
        return web.json_response(_shown(own, sid))


def _service(request: web.Request) -> tuple[Account, str]:
    account, sid = request[CALLER], request.match_info["service"]
    if sid not in account.verify_services:
        raise not_found(f"/Services/{sid}")
    return account, sid


def _shown(own: Account, sid: str) -> dict[str, Any]:
    return {
        "sid": sid,
        "account_sid": own.sid,
        "friendly_name": "sign-in",
        "code_length": 6,
        "verify_event_subscription_enabled": sid in own.services_with_events,
        "date_created": iso(0),
        "date_updated": iso(0),
        "url": f"https://verify.twilio.com/v2/Services/{sid}",
        "links": {},
    }
