"""When a month's spend reaches a share of its budget."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from operations.usage.budget import ALL, budget_notices, spend_of
from pipeline.items.alert import Notice
from pipeline.items.usage_record import UsageRecord
from processors.notifier.message import Message
from processors.notifier.text import facts, headline
from tests.operations.usage.records import record

NOVEMBER = date(2026, 11, 23)
SHARES = (Decimal("0.8"), Decimal(1))


def notices(records: list[UsageRecord], **budgets: int) -> list[Notice]:
    by_account = {ALL if name == "everybody" else name: Decimal(b) for name, b in budgets.items()}
    return list(budget_notices(spend_of(records, NOVEMBER), by_account, SHARES, "ticket"))


def test_a_share_is_told_of_the_day_it_is_reached() -> None:
    spent = [record("2026-11-01", "50"), record("2026-11-02", "30"), record("2026-11-05", "19.99")]
    (first,) = notices(spent, AC1=100)
    assert first.id == "notice:budget:AC1:2026-11:0.8:100:USD"
    assert first.rule == "80 % of the monthly budget of 100 USD spent"
    assert (first.at, first.account_sid, first.severity) == (1_793_577_600, "AC1", "ticket")
    assert "AND account_sid = 'AC1'" in first.sql
    both = notices([*spent, record("2026-11-06", "0.01")], AC1=100)
    assert [each.id.split(":")[4] for each in both] == ["0.8", "1"]
    assert notices(spent, AC1=200) == []


def test_people_read_of_money_and_not_of_failures() -> None:
    (notice,) = notices([record("2026-11-02", "85")], AC1=100)
    message = Message(id="m", key=notice.id, transition="notice", about=notice, sent_at=notice.at)
    assert headline(message) == "NOTICE: 80 % of the monthly budget of 100 USD spent"
    assert [name for name, _ in facts(message)] == ["Severity", "Rule", "Account", "At", "Notice"]


def test_all_accounts_together_have_a_budget_of_their_own() -> None:
    spent = [record("2026-11-01", "50"), record("2026-11-01", "50", "AC2")]
    told = notices(spent, everybody=100, AC2=60)
    assert [each.id for each in told] == [
        "notice:budget:all:2026-11:0.8:100:USD",
        "notice:budget:all:2026-11:1:100:USD",
        "notice:budget:AC2:2026-11:0.8:60:USD",
    ]
    assert [each.account_sid for each in told] == ["", "", "AC2"]


def test_only_the_months_total_counts_and_each_currency_by_itself() -> None:
    spent = [
        record("2026-10-31", "500"),
        record("2026-11-01", "500", category="sms"),
        record("2026-11-01", "60"),
        record("2026-11-02", "60", "AC2", currency="EUR"),
    ]
    assert notices(spent, everybody=100) == []
    assert [each.id[-3:] for each in notices(spent, everybody=75)] == ["EUR", "USD"]


@given(st.lists(st.integers(0, 3_000), max_size=28), st.integers(0, 28))
def test_more_of_the_month_takes_nothing_back(cents: list[int], known: int) -> None:
    days = [
        record(f"2026-11-{day:02}", str(Decimal(spent) / 100)) for day, spent in enumerate(cents, 1)
    ]
    before, after = notices(days[:known], AC1=100), notices(days, AC1=100)
    assert after[: len(before)] == before
    assert len(after) == sum(sum(cents) >= limit for limit in (8_000, 10_000))
