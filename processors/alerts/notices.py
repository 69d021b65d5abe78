"""Immediate notices: the first event of a kind at once, what follows it counted and grouped."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import msgspec

from pipeline.items.alert import Notice
from pipeline.items.outcome import Outcome
from pipeline.twilio.error_classes import error_codes
from processors.alerts.config import NoticeRule

_MOST_GROUPS: Final = 10_000
_Group = tuple[str, str, str, int]


class Notices:
    """Groups events by rule, account, service and code; one notice a group and interval."""

    def __init__(self, rules: Sequence[NoticeRule]) -> None:
        self._rules = rules
        self._told: OrderedDict[_Group, tuple[int, int]] = OrderedDict()  # when, how many since

    def hear(self, outcome: Outcome) -> list[Notice]:
        """Give the notices one outcome makes necessary."""
        if outcome.kind == "recovered":
            return []
        found = (self._apply(rule, outcome) for rule in self._rules if _concerns(rule, outcome))
        return [notice for notice in found if notice]

    def _apply(self, rule: NoticeRule, outcome: Outcome) -> Notice | None:
        group = (rule.name, outcome.account_sid, outcome.service_sid, outcome.error_code)
        now = outcome.decided_at // 1000
        told, since = self._told.get(group, (None, 0))
        if told is not None and now - told < rule.every_minutes * 60:
            self._told[group] = (told, since + 1)
            return None
        self._told[group] = (now, 0)
        self._told.move_to_end(group)
        if len(self._told) > _MOST_GROUPS:
            self._told.popitem(last=False)
        known = error_codes().get(outcome.error_code)
        return Notice(
            id=f"notice:{rule.name}:{outcome.id}",
            rule=rule.name,
            severity=rule.severity,
            at=now,
            account_sid=outcome.account_sid,
            service_sid=outcome.service_sid,
            code=outcome.error_code,
            name=known.name if known else "",
            subject_sid=outcome.subject_sid,
            count=since + 1,
        )

    def encode(self) -> bytes:
        """Write what was told lately, to be taken over by ``restore``."""
        return msgspec.msgpack.encode(list(self._told.items()))

    def restore(self, body: bytes) -> None:
        """Take over what ``encode`` wrote."""
        self._told = OrderedDict(_decode(body))


_decode: Final = msgspec.msgpack.Decoder(list[tuple[_Group, tuple[int, int]]]).decode


def _concerns(rule: NoticeRule, outcome: Outcome) -> bool:
    return (
        outcome.error_code in rule.codes
        or outcome.error_class in rule.error_classes
        or outcome.service_sid in rule.service_sids
    )
