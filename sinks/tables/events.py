"""``events_store``: one row per element of a raw topic."""

from typing import Final

import msgspec

from pipeline.masking import masked, masked_tags
from pipeline.privacy import Pseudonymizer, mask
from pipeline.twilio.address import number_of
from pipeline.twilio.event import Event, read_event
from sinks.load import Row
from sinks.redaction import without_bodies
from sinks.tables.quick import Note
from sinks.tables.quick_messages import QuickMessages
from sinks.tables.quick_verify import QuickVerify
from sinks.tables.table import PLACE, Table

EVENTS: Final = Table(
    "events_store",
    (
        ("account_sid", "LowCardinality(String)"),
        ("product", "LowCardinality(String)"),
        ("event_time", "DateTime64(3, 'UTC')"),
        ("timed", "Bool"),
        ("dedup_id", "String"),
        ("event_id", "String"),
        ("event_type", "LowCardinality(String)"),
        ("received_at", "DateTime64(3, 'UTC')"),
        ("subject_sid", "String"),
        ("status", "LowCardinality(String)"),
        ("error_code", "UInt32"),
        ("channel", "LowCardinality(String)"),
        ("country", "LowCardinality(String)"),
        ("carrier", "LowCardinality(String)"),
        ("sender_type", "LowCardinality(String)"),
        ("to_hash", "String"),
        ("to_masked", "String"),
        ("from_hash", "String"),
        ("from_address", "String"),
        ("messaging_service_sid", "LowCardinality(String)"),
        ("verify_service_sid", "LowCardinality(String)"),
        ("tags", "Map(LowCardinality(String), String)"),
        ("schema_version", "UInt16"),
        ("payload", "String"),
        *PLACE,
    ),
)

#: Types whose ``from`` is a sender of the account's own; in any other it may be a person.
_OWN_SENDERS: Final = (
    "com.twilio.messaging.message.",
    "com.twilio.comms-api.message.",
    "com.twilio.accountsecurity.verify.",
)
_NO_TIME: Final = -(1 << 62)  # no event has it: what read_event gives back when none was read


class EventRows:
    """Makes rows of events: people pseudonymous, bodies removed unless they are to be kept."""

    def __init__(
        self, pseudonymizer: Pseudonymizer, *, keep_bodies: bool, note: Note | None = None
    ) -> None:
        self._hash = pseudonymizer.hash
        self._keep_bodies = keep_bodies
        self._note = note
        self._messages = QuickMessages(pseudonymizer.hash, note, keep_bodies=keep_bodies)
        self._verify = QuickVerify(pseudonymizer.hash, note)

    def row(self, element: msgspec.Raw, received_at: int, place: Row) -> Row:
        """One row; ``received_at`` in epoch ms. NotAnEventError when the element can't be one."""
        return (
            self._messages.row(element, received_at, place)
            or self._verify.row(element, received_at, place)
            or self.patient_row(element, received_at, place)
        )

    def patient_row(self, element: msgspec.Raw, received_at: int, place: Row) -> Row:
        """As ``row``, by reading whatever there is."""
        event = read_event(element, _NO_TIME)
        timed = event.event_time != _NO_TIME
        time = event.event_time if timed else received_at
        to_hash = self._hash(event.to)
        from_hash, from_address = self._sender(event)
        if self._note is not None and to_hash:
            self._note(event.to, to_hash, time, received_at)
        if self._note is not None and from_hash:
            self._note(number_of(event.from_address), from_hash, time, received_at)
        return (
            event.account_sid,
            event.product,
            time,
            timed,
            event.dedup_id,
            event.event_id,
            event.event_type,
            received_at,
            event.subject_sid,
            event.status,
            event.error_code,
            event.channel,
            event.country,
            event.carrier,
            event.sender_type,
            to_hash,
            mask(event.to),
            from_hash,
            from_address,
            event.messaging_service_sid,
            event.verify_service_sid,
            masked_tags(event.tags),
            event.schema_version,
            self._payload(element, event.to),
            *place,
        )

    def _payload(self, element: msgspec.Raw, to: str) -> bytes:
        text = bytes(element)
        return masked(text if self._keep_bodies else without_bodies(text), (to,))

    def _sender(self, event: Event) -> tuple[str, str]:
        """The hash (of a person only) and what may be shown."""
        sender = event.from_address
        if not sender or event.event_type.startswith(_OWN_SENDERS):
            return "", sender
        number = number_of(sender)
        return self._hash(number), mask(number)
