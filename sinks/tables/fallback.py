"""``fallback_steps_store``: one row per transition of a fallback plan."""

from typing import Final

import msgspec

from pipeline.items.fallback_step import FallbackStep
from sinks.load import Row
from sinks.tables.table import PLACE, Table, storable_time

FALLBACK_STEPS: Final = Table(
    "fallback_steps_store",
    (
        ("heard_at", "DateTime64(3, 'UTC')"),
        ("plan_id", "String"),
        ("id", "String"),
        ("at", "DateTime64(3, 'UTC')"),
        ("due_at", "Nullable(DateTime64(3, 'UTC'))"),
        ("state", "LowCardinality(String)"),
        ("step", "Int16"),
        ("attempt", "UInt16"),
        ("action", "LowCardinality(String)"),
        ("channel", "LowCardinality(String)"),
        ("reason", "LowCardinality(String)"),
        ("reference", "String"),
        ("price", "Float64"),
        ("policy", "LowCardinality(String)"),
        ("dry_run", "Bool"),
        ("product", "LowCardinality(String)"),
        ("account_sid", "LowCardinality(String)"),
        ("service_sid", "LowCardinality(String)"),
        ("subject_sid", "String"),
        ("verification_sid", "String"),
        ("cause", "LowCardinality(String)"),
        ("error_code", "UInt32"),
        ("error_class", "LowCardinality(String)"),
        ("first_channel", "LowCardinality(String)"),
        ("country", "LowCardinality(String)"),
        *PLACE,
    ),
)
_MOST_STEPS: Final = 1 << 15
_MOST_ATTEMPTS: Final = 1 << 16
_MAX_CODE: Final = 1 << 32
_decoder: Final = msgspec.json.Decoder(FallbackStep)


def fallback_row(element: msgspec.Raw, _received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no transition, or one no column can hold."""
    told = _decoder.decode(element)
    fits = (
        -1 <= told.step < _MOST_STEPS
        and told.attempt < _MOST_ATTEMPTS
        and 0 <= told.error_code < _MAX_CODE
    )
    if not fits:
        raise ValueError("a number of the transition is out of range")
    return (
        storable_time(told.heard_at, 0),
        told.plan_id,
        told.id,
        storable_time(told.at, 0),
        storable_time(told.due_at, 0) or None,
        told.state,
        told.step,
        told.attempt,
        told.action,
        told.channel,
        told.reason,
        told.reference,
        told.price,
        told.policy,
        told.dry_run,
        told.product,
        told.account_sid,
        told.service_sid,
        told.subject_sid,
        told.verification_sid,
        told.cause,
        told.error_code,
        told.error_class,
        told.first_channel,
        told.country,
        *place,
    )
