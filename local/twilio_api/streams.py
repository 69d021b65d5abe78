"""Event Streams: sinks, each of one subscription at most, and what subscriptions are for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from local.twilio_api.problem import Problem, not_found
from pipeline.twilio.catalogue import EventType, event_types

if TYPE_CHECKING:
    from collections.abc import Callable

_OFFERED: Final = frozenset({"available", "deprecated", "restricted"})


def offered() -> dict[str, EventType]:
    """The types of the catalogue that any account is offered."""
    return {name: each for name, each in event_types().items() if each.status in _OFFERED}


def schema_of(event_type: EventType) -> str:
    """The id of a type's schema, which it shares with its group."""
    return "".join(letter for letter in event_type.group if letter.isalnum())


@dataclass(slots=True)
class Sink:
    """Where events go; ``test_id`` is that of the last test event."""

    sid: str
    account_sid: str
    description: str
    kind: str
    configuration: dict[str, Any]
    created: int
    status: str = "active"
    test_id: str = ""


@dataclass(slots=True)
class Subscription:
    """Types with the versions of their schemas."""

    sid: str
    account_sid: str
    description: str
    sink_sid: str
    created: int
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Streams:
    """All sinks and subscriptions; ``clock`` gives epoch ms.

    ``latest`` is the newest version of each schema, 1 where nothing is said; ``types`` are those
    that accounts are offered.
    """

    clock: Callable[[], int]
    note: Callable[..., None]
    sinks: dict[str, Sink] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    types: dict[str, EventType] = field(default_factory=offered)

    def add_sink(self, account: str, description: str, kind: str, how: dict[str, Any]) -> Sink:
        """Make a sink; one for a webhook can be used at once."""
        if kind == "webhook" and not str(how.get("destination", "")).startswith("https://"):
            raise Problem(400, 20001, "Invalid sink configuration: destination")
        sink = Sink(_sid("DG"), account, description, kind, how, self.clock())
        self.sinks[sink.sid] = sink
        self.note("sink_made", account_sid=account, sink_sid=sink.sid)
        return sink

    def sink(self, account: str, sid: str) -> Sink:
        """Find an account's sink."""
        found = self.sinks.get(sid)
        if found is None or found.account_sid != account:
            raise not_found(f"/Sinks/{sid}")
        return found

    def drop_sink(self, sink: Sink) -> None:
        """Remove a sink that no subscription uses."""
        self._require_free(sink.sid)
        del self.sinks[sink.sid]
        self.note("sink_deleted", account_sid=sink.account_sid, sink_sid=sink.sid)

    def subscribe(
        self, account: str, description: str, sink_sid: str, wanted: list[dict[str, Any]]
    ) -> Subscription:
        """Make a subscription; without a version the newest is taken."""
        self._require_free(self.sink(account, sink_sid).sid)
        made = Subscription(_sid("DF"), account, description, sink_sid, self.clock())
        for each in wanted:
            self.want(made, str(each.get("type", "")), each.get("schema_version"))
        self.subscriptions[made.sid] = made
        self.note("subscribed", account_sid=account, subscription_sid=made.sid)
        return made

    def want(self, own: Subscription, event_type: str, version: int | None) -> None:
        """Have a subscription be for a type, or for another version of its schema."""
        known = self.types.get(event_type)
        newest = self.latest.get(schema_of(known), 1) if known else 0
        if known is None or not 1 <= (version or newest) <= newest:
            raise Problem(400, 20001, f"Invalid type or schema version: {event_type}")
        own.versions[event_type] = version or newest

    def subscription(self, account: str, sid: str) -> Subscription:
        """Find an account's subscription."""
        found = self.subscriptions.get(sid)
        if found is None or found.account_sid != account:
            raise not_found(f"/Subscriptions/{sid}")
        return found

    def unsubscribe(self, own: Subscription) -> None:
        """Remove a subscription; its sink stays."""
        del self.subscriptions[own.sid]
        self.note("unsubscribed", account_sid=own.account_sid, subscription_sid=own.sid)

    def _require_free(self, sink_sid: str) -> None:
        if any(own.sink_sid == sink_sid for own in self.subscriptions.values()):
            raise Problem(400, 20001, f"Sink with SID {sink_sid} is in use")


def _sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)
