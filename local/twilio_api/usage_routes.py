"""Usage by category and day: ``/2010-04-01/Accounts/{AC}/Usage/Records/Daily.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from local.twilio_api.message_routes import own_account

if TYPE_CHECKING:
    from local.twilio_api.twilio import Twilio


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """One category of one day (``2026-01-01``); amounts as Twilio writes them."""

    account_sid: str
    day: str
    category: str
    count: str
    usage: str
    price: str
    currency: str = "usd"


class UsageRoutes:
    """Handlers over the usage that tests have told of."""

    def __init__(self, twilio: Twilio) -> None:
        self._twilio = twilio

    def routes(self) -> list[web.RouteDef]:
        """For the server's table."""
        return [web.get("/2010-04-01/Accounts/{account}/Usage/Records/Daily.json", self._list)]

    async def _list(self, request: web.Request) -> web.Response:
        """Filters ``Category``, ``StartDate`` and ``EndDate``, both inclusive.

        What subaccounts used counts as the account's unless ``IncludeSubaccounts`` is false.
        """
        account, asked = own_account(request), request.query
        found = [
            _as_used_by(account, each)
            for each in self._twilio.usage
            if self._belongs(each, account, asked.get("IncludeSubaccounts") != "false")
            and asked.get("Category") in (None, each.category)
            and asked.get("StartDate", "") <= each.day <= asked.get("EndDate", "9999")
        ]
        size, number = int(asked.get("PageSize", "50")), int(asked.get("Page", "0"))
        follows = request.rel_url.update_query(Page=str(number + 1), PageSize=str(size))
        after = (number + 1) * size
        return web.json_response(
            {
                "usage_records": [_shown(each) for each in found[number * size : after]],
                "page": number,
                "page_size": size,
                "uri": str(request.rel_url),
                "next_page_uri": str(follows) if after < len(found) else None,
            }
        )

    def _belongs(self, usage: Usage, account: str, with_subaccounts: bool) -> bool:
        own = self._twilio.accounts.by_sid.get(account)
        below = own.subaccounts if own and with_subaccounts else ()
        return usage.account_sid == account or usage.account_sid in below


def _as_used_by(account: str, usage: Usage) -> Usage:
    return msgspec.structs.replace(usage, account_sid=account)


def _shown(own: Usage) -> dict[str, Any]:
    return {
        "account_sid": own.account_sid,
        "api_version": "2010-04-01",
        "as_of": f"{own.day}T23:59:59+00:00",
        "category": own.category,
        "count": own.count,
        "count_unit": "units",
        "description": own.category,
        "start_date": own.day,
        "end_date": own.day,
        "price": own.price,
        "price_unit": own.currency,
        "usage": own.usage,
        "usage_unit": "units",
        "subresource_uris": {},
        "uri": f"/2010-04-01/Accounts/{own.account_sid}/Usage/Records/Daily.json",
    }
