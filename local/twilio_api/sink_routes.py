"""Sinks of Event Streams: ``/v1/Sinks``, with the test event that a sink can be sent."""

from __future__ import annotations

import json
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp import web
from yarl import URL

from local.simulator.cloud_event import CloudEvent
from local.simulator.webhook import Webhook
from local.twilio_api.callers import CALLER
from local.twilio_api.pages import page
from local.twilio_api.problem import Problem
from local.twilio_api.times import iso

if TYPE_CHECKING:
    from local.twilio_api.accounts import Account
    from local.twilio_api.streams import Sink
    from local.twilio_api.twilio import Twilio

_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)


class SinkRoutes:
    """Handlers over the sinks; what is public leads to where ``Twilio.leads`` says."""

    def __init__(self, twilio: Twilio) -> None:
        self._twilio = twilio
        self._streams = twilio.streams

    def routes(self) -> list[web.RouteDef]:
        """For the server's table."""
        one = "/v1/Sinks/{sid}"
        return [
            web.post("/v1/Sinks", self._create),
            web.get("/v1/Sinks", self._list),
            web.get(one, self._fetch),
            web.post(one, self._update),
            web.delete(one, self._delete),
            web.post(f"{one}/Test", self._test),
            web.post(f"{one}/Validate", self._validate),
        ]

    def _sink(self, request: web.Request) -> Sink:
        return self._streams.sink(request[CALLER].sid, request.match_info["sid"])

    async def _create(self, request: web.Request) -> web.Response:
        form = await request.post()
        made = self._streams.add_sink(
            request[CALLER].sid,
            str(form.get("Description", "")),
            str(form.get("SinkType", "")),
            json.loads(str(form.get("SinkConfiguration", "{}"))),
        )
        return web.json_response(_shown(made), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        own = request[CALLER].sid
        found = [_shown(sink) for sink in self._streams.sinks.values() if sink.account_sid == own]
        return page(request, "sinks", found)

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(_shown(self._sink(request)))

    async def _update(self, request: web.Request) -> web.Response:
        """Only the description can be changed."""
        sink = self._sink(request)
        sink.description = str((await request.post()).get("Description", ""))
        return web.json_response(_shown(sink))

    async def _delete(self, request: web.Request) -> web.Response:
        self._streams.drop_sink(self._sink(request))
        return web.Response(status=204)

    async def _test(self, request: web.Request) -> web.Response:
        sink = self._sink(request)
        sink.test_id = secrets.token_hex(16)
        taken = await self._post(sink, request[CALLER])
        sink.status = "active" if taken else "failed"
        return web.json_response({"result": "submitted"}, status=201)

    async def _validate(self, request: web.Request) -> web.Response:
        sink = self._sink(request)
        if (await request.post()).get("TestId") != sink.test_id or not sink.test_id:
            raise Problem(400, 20001, "Invalid TestId")
        sink.status = "active"
        return web.json_response({"result": "valid"}, status=201)

    async def _post(self, sink: Sink, account: Account) -> bool:
        """Post the test event as Twilio signs it; whether it was taken."""
        event = CloudEvent(
            id=account.sid,
            type="com.twilio.eventstreams.test-event",
            source="Sink",
            schema="EventStreams.TestSink/1.json",
            time=self._twilio.clock(),
            data={"test_id": sink.test_id},
        )
        public = str(sink.configuration["destination"])
        body = b"[" + event.encode() + b"]"
        signed = Webhook(self._twilio.leads.get(public, public), public, account.token).sign(body)
        url = URL(signed.url, encoded=True)
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.post(url, data=body, headers=signed.headers) as answer,
            ):
                return answer.status < HTTPStatus.MULTIPLE_CHOICES
        except (aiohttp.ClientError, TimeoutError):
            return False


def _shown(sink: Sink) -> dict[str, Any]:
    url = f"https://events.twilio.com/v1/Sinks/{sink.sid}"
    return {
        "sid": sink.sid,
        "description": sink.description,
        "sink_type": sink.kind,
        "sink_configuration": sink.configuration,
        "status": sink.status,
        "date_created": iso(sink.created),
        "date_updated": iso(sink.created),
        "url": url,
        "links": {"sink_test": f"{url}/Test", "sink_validate": f"{url}/Validate"},
    }
