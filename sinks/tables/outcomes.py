"""``outcomes_store``: one row per outcome told by the processor, people pseudonymous."""

from typing import Final

import msgspec

from pipeline.items.outcome import Outcome
from pipeline.masking import masked_tags
from pipeline.privacy import Pseudonymizer, mask
from sinks.load import Row
from sinks.tables.table import PLACE, Table, storable_time

OUTCOMES: Final = Table(
    "outcomes_store",
    (
        ("id", "String"),
        ("kind", "LowCardinality(String)"),
        ("product", "LowCardinality(String)"),
        ("subject_sid", "String"),
        ("account_sid", "LowCardinality(String)"),
        ("service_sid", "LowCardinality(String)"),
        ("verification_sid", "String"),
        ("verification_status", "LowCardinality(String)"),
        ("verification_started_at", "Nullable(DateTime64(3, 'UTC'))"),
        ("channel", "LowCardinality(String)"),
        ("country", "LowCardinality(String)"),
        ("error_code", "UInt32"),
        ("error_class", "LowCardinality(String)"),
        ("to_hash", "String"),
        ("to_masked", "String"),
        ("sent_at", "Nullable(DateTime64(3, 'UTC'))"),
        ("decided_at", "DateTime64(3, 'UTC')"),
        ("received_at", "DateTime64(3, 'UTC')"),
        ("has_fallback", "Bool"),
        ("tags", "Map(LowCardinality(String), String)"),
        ("source_topic", "LowCardinality(String)"),
        ("source_partition", "Int32"),
        ("source_offset", "Int64"),
        *PLACE,
    ),
)
_MAX_CODE: Final = 1 << 32
_MAX_PARTITION: Final = 1 << 31
_decoder: Final = msgspec.json.Decoder(Outcome)


class OutcomeRows:
    """Makes rows of outcomes; the number itself stays in Kafka."""

    def __init__(self, pseudonymizer: Pseudonymizer) -> None:
        self._hash = pseudonymizer.hash

    def row(self, element: msgspec.Raw, _received_at: int, place: Row) -> Row:
        """One row; ValueError when the element is no outcome, or one no column can hold."""
        outcome = _decoder.decode(element)
        if not (outcome.error_code < _MAX_CODE and 0 <= outcome.source_partition < _MAX_PARTITION):
            raise ValueError("a number of the outcome is out of range")
        return (
            outcome.id,
            outcome.kind,
            outcome.product,
            outcome.subject_sid,
            outcome.account_sid,
            outcome.service_sid,
            outcome.verification_sid,
            outcome.verification_status,
            outcome.verification_started_at or None,
            outcome.channel,
            outcome.country,
            outcome.error_code,
            outcome.error_class,
            self._hash(outcome.to),
            mask(outcome.to),
            outcome.sent_at or None,
            storable_time(outcome.decided_at, 0),
            storable_time(outcome.received_at, 0),
            outcome.has_fallback,
            masked_tags(outcome.tags),
            outcome.source_topic,
            outcome.source_partition,
            outcome.source_offset,
            *place,
        )
