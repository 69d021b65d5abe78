"""The settings as one rule per table or column."""

from typing import Final

import msgspec

from pipeline.settings import RetentionSettings

#: Joined from events, so they go with them; ``stored_at`` is when the last of them came.
_JOINED: Final = ("messages", "verifications", "calls", "errors", "outcomes")


class Rule(msgspec.Struct, frozen=True):
    """Rows of a table, or one column's values, go so many days after ``since``; 0 is never."""

    table: str
    since: str
    days: int
    column: str = ""

    @property
    def what(self) -> str:
        """The table, or table and column."""
        return f"{self.table}.{self.column}" if self.column else self.table

    @property
    def ttl(self) -> str:
        """The expression as ClickHouse writes it back; empty when nothing ends."""
        return f"{self.since} + toIntervalDay({self.days})" if self.days else ""


def rules(settings: RetentionSettings) -> tuple[Rule, ...]:
    """All rules."""
    received = "toDateTime(received_at)"
    return (
        Rule("events_store", received, settings.events_days),
        Rule("events_store", received, settings.payload_days, "payload"),
        *(Rule(f"{name}_store", "stored_at", settings.events_days) for name in _JOINED),
        Rule("fallback_steps_store", "toDateTime(heard_at)", settings.events_days),
        Rule("former_hashes_store", "seen_at", settings.events_days),
        Rule("windows_store", "stored_at", settings.windows_days),
        Rule("funnel_store", "stored_at", settings.windows_days),
        Rule("usage_store", "toDateTime(day)", settings.windows_days),
        Rule("message_prices_store", "toDateTime(sent_at)", settings.events_days),
        Rule("alerts_store", "at", settings.windows_days),
        Rule("alert_deliveries_store", "toDateTime(at)", settings.windows_days),
        Rule("dead_letters_store", received, settings.dead_letters_days),
        Rule("clear_numbers", "seen_at", settings.clear_numbers_days),
        Rule("erasures", "toDateTime(erased_at)", settings.audit_days),
        Rule("dead_letter_actions_store", "toDateTime(acted_at)", settings.audit_days),
    )
