"""A message in words: one line for a pager, more for people who read on.

Nothing here names a person: slices hold accounts, services, countries and networks.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from pipeline.items.alert import Alert, Notice
from pipeline.place import place_of, place_of_text
from processors.notifier.message import Message

_MOST_CODES: Final = 3
_MOST_LISTED: Final = 5
_STATES: Final = {
    "firing": "FIRING",
    "updated": "UPDATE",
    "resolved": "RESOLVED",
    "acknowledged": "ACKNOWLEDGED",
    "notice": "NOTICE",
    "test": "TEST",
}


def headline(message: Message, limit: int = 200) -> str:
    """One line of at most ``limit`` characters: state, what, where; also where names have lines."""
    about = message.about
    title = about.title if isinstance(about, Alert) else _notice_title(about)
    return shortened(f"{_STATES[message.transition]}: {' '.join(title.split())}", limit)


def facts(message: Message) -> list[tuple[str, str]]:
    """What is known, as names and values, the most telling first."""
    about = message.about
    found = _alert_facts(about) if isinstance(about, Alert) else _notice_facts(about)
    return [(name, value) for name, value in found if value]


def body(message: Message) -> str:
    """The facts as lines, with the query that shows the evidence."""
    lines = [f"{name}: {value}" for name, value in facts(message)]
    if message.about.sql:
        lines += ["", "Evidence (SQL):", message.about.sql]
    return "\n".join(lines)


def shortened(text: str, limit: int) -> str:
    """Cut to so many characters, visibly."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def utc(epoch_s: int) -> str:
    """A time as people read it."""
    return f"{datetime.fromtimestamp(epoch_s, UTC):%Y-%m-%d %H:%M} UTC"


def _alert_facts(alert: Alert) -> Iterator[tuple[str, str]]:
    rate = f"{alert.rate:.1%} ({alert.rate_low:.1%} to {alert.rate_high:.1%})"
    yield "Severity", alert.severity
    yield "Where", place_of(alert.slice)
    yield _RATES[alert.kind], f"{rate} instead of {alert.usual_rate:.1%}"
    yield "Since", utc(alert.started_at)
    yield "Until", utc(alert.resolved_at) if alert.resolved_at else ""
    yield "Affected", f"{alert.affected} of {alert.messages} messages"
    yield (
        "Top codes",
        "; ".join(
            f"{each.code} {each.name} ({each.messages})" for each in alert.codes[:_MOST_CODES]
        ),
    )
    yield "Likely cause", alert.likely
    yield "What to do", "" if alert.state == "resolved" else alert.suggestion
    yield "Reason", alert.reason
    yield "Also affected", "; ".join(map(place_of_text, alert.children[:_MOST_LISTED]))
    yield "Alert", alert.id


def _notice_facts(notice: Notice) -> Iterator[tuple[str, str]]:
    yield "Severity", notice.severity
    yield "Rule", notice.rule
    yield "Account", notice.account_sid
    yield "Service", notice.service_sid
    yield "Error code", f"{notice.code} {notice.name}".strip() if notice.code else ""
    yield "Failures", str(notice.count or "")
    yield "At", utc(notice.at)
    yield "Notice", notice.id


def _notice_title(notice: Notice) -> str:
    code = f" ({notice.code} {notice.name})".replace(" )", ")") if notice.code else ""
    more = f", {notice.count} times" if notice.count > 1 else ""
    return f"{notice.rule}{code}{more}"


_RATES: Final = {
    "failures": "Failure rate",
    "silence": "Receipts, of those due",
    "stopped": "Messages, of those usual",
    "rule": "Failure rate",
}
