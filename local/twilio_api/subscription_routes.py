"""Subscriptions of Event Streams and the types there are: ``/v1/Subscriptions``, ``/v1/Types``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from local.twilio_api.callers import CALLER
from local.twilio_api.pages import page
from local.twilio_api.problem import not_found
from local.twilio_api.streams import schema_of
from local.twilio_api.times import iso

if TYPE_CHECKING:
    from local.twilio_api.streams import Streams, Subscription
    from pipeline.twilio.catalogue import EventType


class SubscriptionRoutes:
    """Handlers over the subscriptions."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def routes(self) -> list[web.RouteDef]:
        """For the server's table."""
        one = "/v1/Subscriptions/{sid}"
        return [
            web.post("/v1/Subscriptions", self._create),
            web.get("/v1/Subscriptions", self._list),
            web.get(one, self._fetch),
            web.post(one, self._update),
            web.delete(one, self._delete),
            web.get(f"{one}/SubscribedEvents", self._events),
            web.post(f"{one}/SubscribedEvents", self._want),
            web.get(f"{one}/SubscribedEvents/{{type}}", self._event),
            web.post(f"{one}/SubscribedEvents/{{type}}", self._want),
            web.delete(f"{one}/SubscribedEvents/{{type}}", self._want_no_more),
            web.get("/v1/Types", self._types),
            web.get("/v1/Schemas/{id}", self._schema),
        ]

    def _own(self, request: web.Request) -> Subscription:
        return self._streams.subscription(request[CALLER].sid, request.match_info["sid"])

    async def _create(self, request: web.Request) -> web.Response:
        form = await request.post()
        made = self._streams.subscribe(
            request[CALLER].sid,
            str(form.get("Description", "")),
            str(form.get("SinkSid", "")),
            [json.loads(str(each)) for each in form.getall("Types", [])],
        )
        return web.json_response(_shown(made), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        sink, account = request.query.get("SinkSid"), request[CALLER].sid
        found = [
            _shown(own)
            for own in self._streams.subscriptions.values()
            if own.account_sid == account and sink in (None, own.sink_sid)
        ]
        return page(request, "subscriptions", found)

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(_shown(self._own(request)))

    async def _update(self, request: web.Request) -> web.Response:
        own = self._own(request)
        own.description = str((await request.post()).get("Description", own.description))
        return web.json_response(_shown(own))

    async def _delete(self, request: web.Request) -> web.Response:
        self._streams.unsubscribe(self._own(request))
        return web.Response(status=204)

    async def _events(self, request: web.Request) -> web.Response:
        own = self._own(request)
        return page(request, "types", [_wanted(own, each) for each in own.versions])

    async def _event(self, request: web.Request) -> web.Response:
        own, event_type = self._own(request), request.match_info["type"]
        _require(own, event_type)
        return web.json_response(_wanted(own, event_type))

    async def _want(self, request: web.Request) -> web.Response:
        own, form = self._own(request), await request.post()
        named = request.match_info.get("type")
        if named:
            _require(own, named)
        event_type = named or str(form.get("Type", ""))
        version = form.get("SchemaVersion")
        self._streams.want(own, event_type, int(str(version)) if version else None)
        return web.json_response(_wanted(own, event_type), status=200 if named else 201)

    async def _want_no_more(self, request: web.Request) -> web.Response:
        own, event_type = self._own(request), request.match_info["type"]
        _require(own, event_type)
        del own.versions[event_type]
        return web.Response(status=204)

    async def _types(self, request: web.Request) -> web.Response:
        return page(request, "types", [_type(each) for each in self._streams.types.values()])

    async def _schema(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        if wanted not in {schema_of(each) for each in self._streams.types.values()}:
            raise not_found(f"/Schemas/{wanted}")
        url = f"https://events.twilio.com/v1/Schemas/{wanted}"
        return web.json_response(
            {
                "id": wanted,
                "url": url,
                "latest_version": self._streams.latest.get(wanted, 1),
                "latest_version_date_created": iso(0),
                "links": {"versions": f"{url}/Versions"},
            }
        )


def _require(own: Subscription, event_type: str) -> None:
    if event_type not in own.versions:
        raise not_found(f"/Subscriptions/{own.sid}/SubscribedEvents/{event_type}")


def _shown(own: Subscription) -> dict[str, Any]:
    url = f"https://events.twilio.com/v1/Subscriptions/{own.sid}"
    return {
        "account_sid": own.account_sid,
        "sid": own.sid,
        "description": own.description,
        "sink_sid": own.sink_sid,
        "date_created": iso(own.created),
        "date_updated": iso(own.created),
        "url": url,
        "links": {"subscribed_events": f"{url}/SubscribedEvents"},
    }


def _wanted(own: Subscription, event_type: str) -> dict[str, Any]:
    base = f"https://events.twilio.com/v1/Subscriptions/{own.sid}/SubscribedEvents"
    return {
        "account_sid": own.account_sid,
        "subscription_sid": own.sid,
        "type": event_type,
        "schema_version": own.versions[event_type],
        "url": f"{base}/{event_type}",
    }


def _type(entry: EventType) -> dict[str, Any]:
    return {
        "type": entry.type,
        "schema_id": schema_of(entry),
        "status": entry.status,
        "description": entry.group,
        "documentation_url": None,
        "date_created": iso(0),
        "date_updated": iso(0),
        "url": f"https://events.twilio.com/v1/Types/{entry.type}",
        "links": {},
    }
