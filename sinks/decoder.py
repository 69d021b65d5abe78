"""Records to rows: what can't be one becomes a dead letter, alone; the rest goes on."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
from aiokafka import ConsumerRecord

from pipeline.items.dead_letter import DeadLetter, Reason
from pipeline.privacy import Pseudonymizer
from pipeline.records import read_headers
from pipeline.settings import PrivacySettings
from pipeline.topics import ALERT_DELIVERIES as ALERT_DELIVERIES_TOPIC
from pipeline.topics import ALERTS as ALERTS_TOPIC
from pipeline.topics import DEAD_LETTERS as DEAD_LETTERS_TOPIC
from pipeline.topics import FALLBACK as FALLBACK_TOPIC
from pipeline.topics import FUNNEL as FUNNEL_TOPIC
from pipeline.topics import MESSAGE_PRICES as MESSAGE_PRICES_TOPIC
from pipeline.topics import OUTCOMES as OUTCOMES_TOPIC
from pipeline.topics import RAW
from pipeline.topics import USAGE as USAGE_TOPIC
from pipeline.topics import WINDOWS as WINDOWS_TOPIC
from pipeline.twilio.envelope import NotAnEventError, split
from sinks.buffer import Decoded
from sinks.load import Row
from sinks.ranges import Partition
from sinks.tables.alert_deliveries import ALERT_DELIVERIES, alert_delivery_row
from sinks.tables.alerts import ALERTS, alert_row
from sinks.tables.dead_letters import DEAD_LETTERS, DeadLetterRows
from sinks.tables.events import EVENTS, EventRows
from sinks.tables.fallback import FALLBACK_STEPS, fallback_row
from sinks.tables.funnel import FUNNEL, funnel_row
from sinks.tables.message_prices import MESSAGE_PRICES, message_price_row
from sinks.tables.outcomes import OUTCOMES, OutcomeRows
from sinks.tables.quick import Note
from sinks.tables.table import Table, storable_time
from sinks.tables.usage import USAGE, usage_row
from sinks.tables.windows import WINDOWS, window_row

#: Makes one element's row from the element, its time of receipt (ms) and its place in Kafka.
RowMaker = Callable[[msgspec.Raw, int, Row], Row]

# The original grows by a third in the letter and must still fit into one record.
_MAX_ORIGINAL: Final = 8 * 1024 * 1024
_UNSTORABLE: Final = (msgspec.DecodeError, ValueError)


class Route(msgspec.Struct, frozen=True):
    """Where a topic's items go, and why one that can't go there is a dead letter."""

    table: Table
    row: RowMaker
    reason: Reason


def routes(privacy: PrivacySettings, note: Note | None = None) -> dict[str, Route]:
    """All topics the sink loads; ``note`` is told of the people in events."""
    pseudonymizer = Pseudonymizer.of(privacy)
    events = EventRows(pseudonymizer, keep_bodies=privacy.store_bodies, note=note)
    letters = DeadLetterRows(pseudonymizer, keep_bodies=privacy.store_bodies)
    return {
        **{topic: Route(EVENTS, events.row, "not_an_event") for topic in RAW.values()},
        WINDOWS_TOPIC: Route(WINDOWS, window_row, "not_storable"),
        FUNNEL_TOPIC: Route(FUNNEL, funnel_row, "not_storable"),
        OUTCOMES_TOPIC: Route(OUTCOMES, OutcomeRows(pseudonymizer).row, "not_storable"),
        FALLBACK_TOPIC: Route(FALLBACK_STEPS, fallback_row, "not_storable"),
        ALERTS_TOPIC: Route(ALERTS, alert_row, "not_storable"),
        ALERT_DELIVERIES_TOPIC: Route(ALERT_DELIVERIES, alert_delivery_row, "not_storable"),
        USAGE_TOPIC: Route(USAGE, usage_row, "not_storable"),
        MESSAGE_PRICES_TOPIC: Route(MESSAGE_PRICES, message_price_row, "not_storable"),
        DEAD_LETTERS_TOPIC: Route(DEAD_LETTERS, letters.row, "not_storable"),
    }


class Decoder:
    """Decodes records by their topic's route; ``clock`` gives seconds since the epoch."""

    def __init__(
        self, by_topic: Mapping[str, Route], clock: Callable[[], float] = time.time
    ) -> None:
        self._by_topic = by_topic
        self._clock = clock

    def decode(self, record: ConsumerRecord) -> Decoded:
        """What one record holds; never raises for what is in it."""
        route = self._by_topic[record.topic]
        partition = Partition(record.topic, record.partition)
        decoded = Decoded(partition, record.offset, route.table.name, [], [])
        received_at = self._received_at(record)
        value = record.value or b""
        try:
            elements = split(value)
        except NotAnEventError as error:
            letter = _letter(record, received_at)
            decoded.letters.append(letter("not_an_array", error, -1, value))
        else:
            _read(route, elements, record, received_at, decoded)
        return decoded

    def _received_at(self, record: ConsumerRecord) -> int:
        now = int(self._clock() * 1000)
        written = storable_time(record.timestamp, now)
        return storable_time(read_headers(record.headers, written).received_at, written)


def _read(
    route: Route,
    elements: Sequence[msgspec.Raw],
    record: ConsumerRecord,
    received_at: int,
    into: Decoded,
) -> None:
    for index, element in enumerate(elements):
        place = (record.topic, record.partition, record.offset, index)
        try:
            into.rows.append(route.row(element, received_at, place))
        except (NotAnEventError, *_UNSTORABLE) as error:
            letter = _letter(record, received_at)
            into.letters.append(letter(route.reason, error, index, bytes(element)))


def _letter(
    record: ConsumerRecord, received_at: int
) -> Callable[[Reason, Exception, int, bytes], DeadLetter]:
    """Letters about a record: given the reason, the error, the index and the original."""
    return lambda reason, error, index, original: DeadLetter(
        reason=reason,
        detail=_detail(error),
        source="sink",
        kafka_topic=record.topic,
        kafka_partition=record.partition,
        kafka_offset=record.offset,
        kafka_index=index,
        received_at=received_at,
        original=original[:_MAX_ORIGINAL],
    )


def _detail(error: Exception) -> str:
    """Our own errors speak without data; a decoder's may quote what it read."""
    return str(error) if isinstance(error, NotAnEventError) else type(error).__name__
