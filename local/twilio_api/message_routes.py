"""Messages of the API of 2010: ``/2010-04-01/Accounts/{AC}/Messages.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from local.twilio_api.callers import CALLER
from local.twilio_api.problem import Problem
from local.twilio_api.times import begin, end, rfc2822

if TYPE_CHECKING:
    from local.twilio_api.messages import Message, Messages

_FOREVER: Final = 1 << 62
_LARGEST_PAGE: Final = 1_000


class MessageRoutes:
    """Handlers over the messages."""

    def __init__(self, messages: Messages) -> None:
        self._all = messages

    def routes(self) -> list[web.RouteDef]:
        """For the server's table."""
        base = "/2010-04-01/Accounts/{account}/Messages"
        return [
            web.post(f"{base}.json", self._create),
            web.get(f"{base}.json", self._list),
            web.get(f"{base}/{{sid}}.json", self._fetch),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        made = self._all.make(own_account(request), form)
        return web.json_response(_shown(made), status=201)

    async def _fetch(self, request: web.Request) -> web.Response:
        found = self._all.find(own_account(request), request.match_info["sid"])
        return web.json_response(_shown(found))

    async def _list(self, request: web.Request) -> web.Response:
        """Filters by day or moment: ``DateSent``, ``DateSent>``, ``DateSent<``; both inclusive."""
        asked, account = request.query, own_account(request)
        on = asked.get("DateSent")
        after, before = asked.get("DateSent>", on), asked.get("DateSent<", on)
        found = self._all.listed(
            account,
            asked.get("To", ""),
            begin(after) if after else 0,
            end(before) if before else _FOREVER,
        )
        return web.json_response(_page(request, found))


def own_account(request: web.Request) -> str:
    """The account in the path, if it is the caller's or a subaccount of it."""
    account: str = request.match_info["account"]
    if not request[CALLER].may_see(account):
        raise Problem(401, 20003, "Authenticate")
    return account


def _page(request: web.Request, found: list[Message]) -> dict[str, Any]:
    size = min(int(request.query.get("PageSize", "50")), _LARGEST_PAGE)
    page = int(request.query.get("Page", "0"))
    first, after = page * size, (page + 1) * size
    follows = request.rel_url.update_query(Page=str(page + 1), PageSize=str(size))
    return {
        "messages": [_shown(message) for message in found[first:after]],
        "page": page,
        "page_size": size,
        "start": first,
        "end": min(after, len(found)) - 1,
        "uri": str(request.rel_url),
        "first_page_uri": str(request.rel_url.update_query(Page="0", PageSize=str(size))),
        "previous_page_uri": None,
        "next_page_uri": str(follows) if after < len(found) else None,
    }


def _shown(message: Message) -> dict[str, Any]:
    uri = f"/2010-04-01/Accounts/{message.account_sid}/Messages/{message.sid}.json"
    sent = message.created if message.sent is None else message.sent
    updated = sent if message.updated is None else message.updated
    return {
        "sid": message.sid,
        "account_sid": message.account_sid,
        "messaging_service_sid": message.service_sid or None,
        "to": message.to,
        "from": message.sender or None,
        "body": "",
        "status": message.status,
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None,
        "num_segments": str(message.segments),
        "num_media": "0",
        "price": message.price,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "date_created": rfc2822(message.created),
        "date_sent": rfc2822(sent),
        "date_updated": rfc2822(updated),
        "uri": uri,
        "subresource_uris": {},
    }
