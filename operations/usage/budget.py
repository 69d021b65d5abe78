"""Whether a month's spend has reached a share of its budget: pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from pipeline.items.alert import Notice, Severity
from pipeline.items.usage_record import UsageRecord

#: Twilio's category that holds all others.
TOTAL: Final = "totalprice"
#: In the place of an account: all together.
ALL: Final = ""

#: Price by day, of an account (or all) in a currency.
Spend = dict[tuple[str, str], dict[date, Decimal]]


def spend_of(records: Iterable[UsageRecord], month: date) -> Spend:
    """What was spent in the month (named by any day of it), of each account and of all."""
    spend: Spend = defaultdict(lambda: defaultdict(Decimal))
    for record in records:
        is_then = (record.day.year, record.day.month) == (month.year, month.month)
        if record.category == TOTAL and is_then and record.price:
            for account in (record.account_sid, ALL):
                spend[account, record.currency][record.day] += record.price
    return spend


def budget_notices(
    spend: Spend,
    budgets: Mapping[str, Decimal],
    shares: Sequence[Decimal],
    severity: Severity,
) -> Iterator[Notice]:
    """One notice for each share of a budget that was reached; ``budgets`` by account, or ``ALL``.

    Its id and time are made of the budget, the month and the day it was reached, so that it is
    told once however often it is said.
    """
    for (account, currency), by_day in sorted(spend.items()):
        budget = budgets.get(account)
        for share in shares if budget else ():
            day = _reached(by_day, share * (budget or 0))
            if day is not None:
                yield _notice((account, currency), budget or Decimal(), share, day, severity)


def _reached(by_day: Mapping[date, Decimal], limit: Decimal) -> date | None:
    spent = Decimal()
    for day in sorted(by_day):
        spent += by_day[day]
        if spent >= limit:
            return day
    return None


def _notice(
    whose: tuple[str, str], budget: Decimal, share: Decimal, day: date, severity: Severity
) -> Notice:
    account, currency = whose
    amount, part = f"{_plain(budget)} {currency}", f"{_plain(share * 100)} %"
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Notice(
        id=(
            f"notice:budget:{account or 'all'}:{day:%Y-%m}:{_plain(share)}:{_plain(budget)}:"
            f"{currency}"
        ),
        rule=f"{part} of the monthly budget of {amount} spent",
        severity=severity,
        at=int(midnight.timestamp()),
        account_sid=account,
        service_sid="",
        code=0,
        name="",
        count=0,
        sql=_evidence(account, currency, day),
    )


def _plain(amount: Decimal) -> str:
    """Without zeros at the end, so that 80 and 80.0 are the same."""
    return f"{amount.normalize():f}"


def _evidence(account: str, currency: str, day: date) -> str:
    whose = f" AND account_sid = '{account}'" if account else ""
    return (
        "SELECT day, sum(price) AS spent, sum(spent) OVER (ORDER BY day) AS so_far FROM usage "  # noqa: S608  for people to run
        f"WHERE category = '{TOTAL}' AND currency = '{currency}' AND day >= '{day:%Y-%m}-01' "
        f"AND day < '{day:%Y-%m}-01' + INTERVAL 1 MONTH{whose} GROUP BY day ORDER BY day"
    )
