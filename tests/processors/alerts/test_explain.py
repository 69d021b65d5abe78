from __future__ import annotations

import msgspec
import pytest

from pipeline.items.alert import Kind, TopCode
from processors.alerts.cells import CONVERSION
from processors.alerts.evidence_sql import failures_sql, windows_sql
from processors.alerts.explain import title_of
from processors.alerts.incident import Figures, Incident
from processors.alerts.slices import Slice
from processors.alerts.suggest import SUGGESTIONS, likely_cause


def incident(root: Slice, kind: Kind = "failures") -> Incident:
    return Incident(
        id="1",
        kind=kind,
        severity="page",
        root=root,
        started=100,
        fired=102,
        figures=Figures(
            observed=30,
            expected=5,
            known=100,
            rate_low=0.2,
            rate_high=0.4,
            evidence=20,
            threshold=15,
        ),
        multiplier=8,
    )


def code(error_class: str, messages: int) -> TopCode:
    return TopCode(1, "", error_class, messages)


def test_the_query_names_the_slice_and_cannot_be_broken_out_of() -> None:
    root = Slice(1, ("messaging", "B'R\\"))
    sql = windows_sql(root.fixed(), 100, 110)
    assert "product = 'messaging' AND country = 'B\\'R\\\\'" in sql
    assert "window_start >= toDateTime(2400, 'UTC')" in sql
    assert "delivery_windows_by_carrier" in sql


def test_conversions_are_looked_up_in_the_funnel() -> None:
    root = Slice(10, (CONVERSION, "AC1", "sms", "VA1", "BR", "", ""))
    sql = windows_sql(root.fixed(), 100, 110)
    assert "FROM verify_funnel WHERE account_sid = 'AC1'" in sql
    assert "carrier" not in sql


def test_failures_are_listed_from_the_view_that_has_them() -> None:
    leaf = ("messaging", "AC1", "sms", "M'G", "BR", "", "")
    sql = failures_sql(leaf, 30002, 6000)
    assert sql.startswith("SELECT message_sid, finished_at, country, to_masked FROM messages")
    assert "messaging_service_sid = 'M\\'G' AND error_code = 30002" in sql
    assert "FROM calls WHERE account_sid = 'AC1' AND error" in failures_sql(
        ("voice", *leaf[1:]), 30002, 6000
    )


def test_the_title_says_what_where_and_how_bad() -> None:
    title = title_of(incident(Slice(1, ("messaging", "BR"))))
    assert title == "failures 30.0% instead of 5.0%: messages to Brazil"


@pytest.mark.parametrize(
    ("kind", "came", "due", "title"),
    [
        ("silence", 0, 40, "no receipts, of 40 due"),
        ("silence", 30, 40, "25.0% of the receipts due are missing (30 of 40 came)"),
        ("silence", 1, 4000, "nearly all of the receipts due are missing (1 of 4000 came)"),
        ("stopped", 0, 40, "no traffic, usually 40"),
        ("stopped", 10, 40, "75.0% of the usual traffic is missing (10 instead of 40)"),
    ],
)
def test_a_title_says_none_only_where_nothing_came(
    kind: Kind, came: float, due: float, title: str
) -> None:
    missing = incident(Slice(1, ("messaging", "")), kind)
    missing.figures = msgspec.structs.replace(missing.figures, observed=came, expected=due)
    assert title_of(missing) == f"{title}: messages to an unknown country"


@pytest.mark.parametrize(
    ("kind", "fixed", "codes", "cause"),
    [
        ("stopped", {}, [], "own"),
        ("failures", {"country": "BR"}, [code("filtered", 9), code("transient", 3)], "filtering"),
        ("failures", {"country": "BR"}, [code("transient", 9), code("config", 3)], "carrier"),
        ("failures", {}, [code("fraud", 3)], "fraud"),
        ("failures", {"service_sid": "MG1"}, [], "configuration"),
        ("silence", {"account_sid": "AC1"}, [], "provider"),
    ],
)
def test_the_likely_cause(
    kind: Kind, fixed: dict[str, str], codes: list[TopCode], cause: str
) -> None:
    assert likely_cause(kind, fixed, codes) == cause
    assert cause in SUGGESTIONS
