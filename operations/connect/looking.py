"""Asks Twilio what there is."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from twilio.rest import Client

from operations.connect.found import Found, FoundSink, FoundSubscription
from operations.connect.offer import Offer, OfferedType
from pipeline.twilio.calling import Caller

_PAGE: Final = 200
_AT_ONCE: Final = 4


class Look:
    """Questions about one account."""

    def __init__(self, client: Client, account_sid: str, caller: Caller | None = None) -> None:
        self._client = client
        self._account_sid = account_sid
        self._caller = caller or Caller(account_sid)

    async def found(self) -> Found:
        """All sinks, subscriptions and Verify services."""
        events, ask = self._client.events.v1, self._caller.read
        sinks = await ask(lambda: events.sinks.list_async(page_size=_PAGE))
        subscriptions = await ask(lambda: events.subscriptions.list_async(page_size=_PAGE))
        services = await ask(lambda: self._client.verify.v2.services.list_async(page_size=_PAGE))
        return Found(
            account_sid=self._account_sid,
            sinks=tuple(map(_sink, sinks)),
            subscriptions=tuple([await self._subscription(each) for each in subscriptions]),
            verify={own.sid: bool(own.verify_event_subscription_enabled) for own in services},
        )

    async def types(self) -> Offer:
        """The types that are offered, without versions."""
        types = self._client.events.v1.event_types
        listed = await self._caller.read(lambda: types.list_async(page_size=_PAGE))
        return Offer({each.type: _type(each) for each in listed})

    async def with_versions(self, offer: Offer, types: Iterable[str]) -> Offer:
        """The offer with the newest versions of these types' schemas."""
        known = (offer.types.get(name) for name in types)
        schemas = sorted({each.schema_id for each in known if each and each.schema_id})
        gate = asyncio.Semaphore(_AT_ONCE)

        async def newest(schema_id: str) -> int:
            async with gate:
                schema = self._client.events.v1.schemas(schema_id)
                return int((await self._caller.read(schema.fetch_async)).latest_version)

        asked = {}
        try:
            async with asyncio.TaskGroup() as together:
                for each in schemas:
                    asked[each] = together.create_task(newest(each))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed
        latest = {each: task.result() for each, task in asked.items()}
        return msgspec.structs.replace(offer, latest=latest)

    async def _subscription(self, own: Any) -> FoundSubscription:  # noqa: ANN401  the package's
        events = self._client.events.v1.subscriptions(own.sid).subscribed_events
        listed = await self._caller.read(lambda: events.list_async(page_size=_PAGE))
        return FoundSubscription(
            sid=own.sid,
            sink_sid=own.sink_sid,
            description=own.description or "",
            versions={each.type: int(each.schema_version or 0) for each in listed},
        )


def _sink(own: Any) -> FoundSink:  # noqa: ANN401  the package is not typed
    how = own.sink_configuration or {}
    posted = own.sink_type == "webhook" and str(how.get("method", "POST")).upper() == "POST"
    return FoundSink(
        sid=own.sid,
        description=own.description or "",
        destination=str(how.get("destination", "")) if posted else "",
        status=str(own.status),
    )


def _type(own: Any) -> OfferedType:  # noqa: ANN401  the package is not typed
    return OfferedType(own.type, own.schema_id or "", str(own.status or ""))
