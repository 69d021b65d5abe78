"""Immediate notices: the first failure of a kind at once, what follows it counted and grouped."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from pipeline.items.alert import Notice
from pipeline.twilio.error_classes import error_codes
from processors.alerts.ages import MINUTE_S
from processors.alerts.cells import Growth
from processors.alerts.config import NoticeRule
from processors.alerts.evidence_sql import failures_sql
from processors.alerts.slices import DIMENSIONS

_MOST_GROUPS: Final = 10_000
_ACCOUNT: Final = DIMENSIONS.index("account_sid")
_SERVICE: Final = DIMENSIONS.index("service_sid")

#: Rule, account, service, error code.
GroupKey = tuple[str, str, str, int]


class Group(msgspec.Struct, array_like=True, gc=False):
    """When a group was last told (epoch seconds), and how many came since."""

    key: GroupKey
    told: int
    since: int = 0
    row: int = 0


class Notices:
    """Groups failures by rule, account, service and code; one notice a group and interval."""

    def __init__(self, rules: Sequence[NoticeRule]) -> None:
        self._rules = rules
        self.groups: dict[GroupKey, Group] = {}
        self.changed: set[GroupKey] = set()

    def hear(self, growth: Growth, now_s: int) -> Iterator[Notice]:
        """Give the notices that failures heard of at ``now_s`` make necessary."""
        for code, count in _by_code(growth):
            for rule in self._rules:
                if _concerns(rule, growth, code):
                    yield from self._apply(rule, growth, (code, count), now_s)

    def _apply(
        self, rule: NoticeRule, growth: Growth, came: tuple[int, int], now_s: int
    ) -> Iterator[Notice]:
        code, count = came
        key = (rule.name, growth.leaf[_ACCOUNT], growth.leaf[_SERVICE], code)
        self.changed.add(key)
        group = self.groups.get(key)
        if group is not None and now_s - group.told < rule.every_minutes * MINUTE_S:
            group.since += count
            return
        since = group.since if group else 0
        self._begin(key, now_s, group.row if group else 0)
        known = error_codes().get(code)
        yield Notice(
            id=f"notice:{':'.join(map(str, key))}:{now_s}",
            rule=rule.name,
            severity=rule.severity,
            at=now_s,
            account_sid=key[1],
            service_sid=key[2],
            code=code,
            name=known.name if known else "",
            count=since + count,
            sql=failures_sql(growth.leaf, code, growth.minute * MINUTE_S),
        )

    def _begin(self, key: GroupKey, now_s: int, row: int) -> None:
        """Make it the group told last; those told first make room."""
        self.groups.pop(key, None)
        self.groups[key] = Group(key, now_s, 0, row)
        while len(self.groups) > _MOST_GROUPS:
            del self.groups[next(iter(self.groups))]

    def put(self, groups: Iterable[Group]) -> None:
        """Take over entries of the state; ``resume`` follows once all are there."""
        self.groups.update((group.key, group) for group in groups)

    def resume(self) -> None:
        """Bring what was put into the order of telling."""
        ordered = sorted(self.groups.values(), key=lambda group: (group.told, group.key))
        self.groups = {group.key: group for group in ordered}


def _by_code(growth: Growth) -> list[tuple[int, int]]:
    """New failures by error code; 0 where there is none, or too many kinds of them."""
    named = {code: count for code, count in growth.codes.items() if code}
    rest = growth.failed - sum(named.values())
    return [*named.items(), *([(0, rest)] if rest > 0 else [])]


def _concerns(rule: NoticeRule, growth: Growth, code: int) -> bool:
    return (
        code in rule.codes
        or growth.error_class in rule.error_classes
        or growth.leaf[_SERVICE] in rule.service_sids
    )
