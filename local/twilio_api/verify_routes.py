"""Verify's API, version 2: ``/v2/Services/{VA}/Verifications``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from local.twilio_api.callers import CALLER
from local.twilio_api.problem import Problem, not_found
from local.twilio_api.times import iso

if TYPE_CHECKING:
    from local.twilio_api.accounts import Account
    from local.twilio_api.verifications import Verification, Verifications


class VerifyRoutes:
    """Handlers over the verifications."""

    def __init__(self, verifications: Verifications) -> None:
        self._all = verifications

    def routes(self) -> list[web.RouteDef]:
        """For the server's table."""
        base = "/v2/Services/{service}/Verifications"
        return [
            web.post(base, self._create),
            web.get(f"{base}/{{whom}}", self._fetch),
            web.post(f"{base}/{{whom}}", self._update),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        account, service = _service(request)
        form = await request.post()
        channel = str(form.get("Channel", ""))
        if channel in account.disabled_channels:
            raise Problem(403, 60223, "Delivery channel disabled")
        own = self._all.send(account.sid, service, str(form.get("To", "")), channel)
        return web.json_response(self._shown(own), status=201)

    async def _fetch(self, request: web.Request) -> web.Response:
        _, service = _service(request)
        return web.json_response(self._shown(self._all.find(service, request.match_info["whom"])))

    async def _update(self, request: web.Request) -> web.Response:
        _, service = _service(request)
        own = self._all.find(service, request.match_info["whom"])
        self._all.end(own, str((await request.post()).get("Status", "")))
        return web.json_response(self._shown(own))

    def _shown(self, own: Verification) -> dict[str, Any]:
        now = self._all.clock()
        sent = own.sent_by(now)
        base = f"https://verify.twilio.com/v2/Services/{own.service_sid}"
        return {
            "sid": own.sid,
            "service_sid": own.service_sid,
            "account_sid": own.account_sid,
            "to": own.to,
            "channel": sent[-1].channel if sent else "sms",
            "status": own.status(now),
            "valid": own.status(now) == "approved",
            "lookup": {},
            "amount": None,
            "payee": None,
            "sna": None,
            "send_code_attempts": [
                {"time": iso(each.at), "channel": each.channel, "attempt_sid": each.sid}
                for each in sent
            ],
            "date_created": iso(own.created),
            "date_updated": iso(sent[-1].at if sent else own.created),
            "url": f"{base}/Verifications/{own.sid}",
        }


def _service(request: web.Request) -> tuple[Account, str]:
    account, service = request[CALLER], request.match_info["service"]
    if service not in account.verify_services:
        raise not_found(f"/Services/{service}")
    return account, service
