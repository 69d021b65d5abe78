"""Accounts of the API of 2010: ``/2010-04-01/Accounts.json``, the caller's and those below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from local.twilio_api.callers import CALLER
from local.twilio_api.times import rfc2822

if TYPE_CHECKING:
    from local.twilio_api.accounts import Account, Accounts


class AccountRoutes:
    """Handlers over the accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def routes(self) -> list[web.RouteDef]:
        """For the server's table."""
        return [web.get("/2010-04-01/Accounts.json", self._list)]

    async def _list(self, request: web.Request) -> web.Response:
        """On one page; filter ``Status``."""
        caller, status = request[CALLER], request.query.get("Status")
        below = (self._accounts.by_sid.get(sid) for sid in sorted(caller.subaccounts))
        found = [caller, *(each for each in below if each)]
        shown = [_shown(each, caller) for each in found if status in (None, each.status)]
        body = {"accounts": shown, "page": 0, "page_size": len(shown), "next_page_uri": None}
        return web.json_response({**body, "uri": str(request.rel_url)})


def _shown(own: Account, owner: Account) -> dict[str, Any]:
    return {
        "sid": own.sid,
        "owner_account_sid": owner.sid,
        "friendly_name": own.sid,
        "status": own.status,
        "type": "Full",
        "date_created": rfc2822(0),
        "date_updated": rfc2822(0),
        "subresource_uris": {},
        "uri": f"/2010-04-01/Accounts/{own.sid}.json",
    }
