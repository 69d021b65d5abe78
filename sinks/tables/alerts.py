"""``alerts_store``: what was told on the alerts' topic, whatever its kind."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from pipeline.items.alert import Acknowledgement, Alert, AlertItem, Notice, Silence
from sinks.load import Row
from sinks.tables.table import PLACE, Table

_MAX_NUMBER: Final = 1 << 32

#: Columns with the value of items that don't have them.
_COLUMNS: Final[tuple[tuple[str, str, Any], ...]] = (
    ("type", "LowCardinality(String)", ""),
    ("id", "String", ""),
    ("transition", "UInt32", 0),
    ("at", "UInt32", 0),
    ("alert_id", "String", ""),
    ("state", "LowCardinality(String)", ""),
    ("kind", "LowCardinality(String)", ""),
    ("severity", "LowCardinality(String)", ""),
    ("slice", "Map(LowCardinality(String), String)", {}),
    ("title", "String", ""),
    ("reason", "String", ""),
    ("started_at", "Nullable(UInt32)", None),
    ("fired_at", "Nullable(UInt32)", None),
    ("resolved_at", "Nullable(UInt32)", None),
    ("usual_rate", "Float64", 0.0),
    ("rate", "Float64", 0.0),
    ("rate_low", "Float64", 0.0),
    ("rate_high", "Float64", 0.0),
    ("messages", "UInt64", 0),
    ("affected", "UInt64", 0),
    ("codes", "Array(UInt32)", []),
    ("code_messages", "Array(UInt64)", []),
    ("likely", "LowCardinality(String)", ""),
    ("suggestion", "String", ""),
    ("sql", "String", ""),
    ("children", "Array(String)", []),
    ("siblings", "Array(String)", []),
    ("sibling_usual_rates", "Array(Float64)", []),
    ("sibling_rates", "Array(Float64)", []),
    ("evidence", "Float64", 0.0),
    ("threshold", "Float64", 0.0),
    ("rule", "LowCardinality(String)", ""),
    ("account_sid", "LowCardinality(String)", ""),
    ("service_sid", "LowCardinality(String)", ""),
    ("error_code", "UInt32", 0),
    ("failures", "UInt64", 0),
    ("told_by", "String", ""),
    ("comment", "String", ""),
    ("since", "Nullable(UInt32)", None),
    ("until", "Nullable(UInt32)", None),
)
ALERTS: Final = Table("alerts_store", (*((name, kind) for name, kind, _ in _COLUMNS), *PLACE))
_decoder: Final = msgspec.json.Decoder(AlertItem)


def alert_row(element: msgspec.Raw, _received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no such item, or one no column can hold."""
    item = _decoder.decode(element)
    told = {"id": item.id, "at": item.at, **_VALUES[type(item)](item)}
    values = [told.get(name, missing) for name, _, missing in _COLUMNS]
    for (_, kind, _), value in zip(_COLUMNS, values, strict=True):
        if "UInt32" in kind and not _fits(value):
            raise ValueError("a number of the item is out of range")
    return (*values, *place)


def _fits(value: int | list[int] | None) -> bool:
    numbers = value if isinstance(value, list) else [value or 0]
    return all(0 <= number < _MAX_NUMBER for number in numbers)


def _alert(item: Alert) -> dict[str, Any]:
    names = (
        "transition", "state", "kind", "severity", "slice", "title", "reason", "started_at",
        "fired_at", "usual_rate", "rate", "rate_low", "rate_high", "likely", "suggestion", "sql",
        "children", "evidence", "threshold",
    )  # fmt: skip
    return {
        "type": "alert",
        "alert_id": item.id,
        **{name: getattr(item, name) for name in names},
        "resolved_at": item.resolved_at or None,
        "messages": max(item.messages, 0),
        "affected": max(item.affected, 0),
        "codes": [code.code for code in item.codes],
        "code_messages": [max(code.messages, 0) for code in item.codes],
        "siblings": [each.slice for each in item.siblings],
        "sibling_usual_rates": [each.usual_rate for each in item.siblings],
        "sibling_rates": [each.rate for each in item.siblings],
    }


def _notice(item: Notice) -> dict[str, Any]:
    return {
        "type": "notice",
        "alert_id": item.id,
        "severity": item.severity,
        "title": item.name,
        "sql": item.sql,
        "rule": item.rule,
        "account_sid": item.account_sid,
        "service_sid": item.service_sid,
        "error_code": item.code,
        "failures": max(item.count, 0),
    }


def _acknowledgement(item: Acknowledgement) -> dict[str, Any]:
    return {
        "type": "acknowledgement",
        "alert_id": item.alert_id,
        "told_by": item.by,
        "comment": item.comment,
    }


def _silence(item: Silence) -> dict[str, Any]:
    return {
        "type": "silence",
        "slice": item.where,
        "told_by": item.by,
        "comment": item.comment,
        "since": item.since,
        "until": item.until,
    }


_VALUES: Final[dict[type[AlertItem], Callable[[Any], dict[str, Any]]]] = {
    Alert: _alert,
    Notice: _notice,
    Acknowledgement: _acknowledgement,
    Silence: _silence,
}
