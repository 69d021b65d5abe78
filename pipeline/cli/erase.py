"""``twilio-pipeline erase``: take one person out of everything that is stored."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from pipeline import topic_retention
from pipeline.cli.administrator import Administrator, find_administrator
from pipeline.cli.bar import bar
from pipeline.cli.exits import Exit
from pipeline.cli.target import StackOption
from pipeline.errors import ConfigurationError
from pipeline.privacy import Pseudonymizer, mask
from pipeline.topic_retention import TopicRetention
from pipeline.topics import (
    ALERTS,
    FUNNEL,
    LEDGER,
    MESSAGE_PRICES,
    USAGE,
    WINDOWS,
    declared,
)
from pipeline.twilio.address import number_of
from sinks.erasure import count
from sinks.erasure import erase as erase_from_tables

app = typer.Typer()
_IMPERSONAL: Final = (WINDOWS, FUNNEL, ALERTS, LEDGER, USAGE, MESSAGE_PRICES)
_LEAST: Final = 5
_ELSEWHERE: Final = (
    "in the spool of an ingress: until Kafka has taken it, then as the raw topics",
    "in files an ingress has set aside beside its spool (*.refused, *.unreadable): delete them",
    "in the state of the processors: TWILIO_PIPELINE_LIFECYCLE_STATE_HORIZON_S after it was sent",
    "in backups of ClickHouse: erase again after a restore",
    "at Twilio: delete the messages there",
)


@app.command()
def erase(
    number: Annotated[
        str, typer.Option("--to", help="The number or e-mail address; - reads it from stdin.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only count.")] = False,
    stack: StackOption = None,
) -> None:
    """Detach one person from all rows in ClickHouse, and keep what comes late without them.

    Rows stay for the counts, without hash, masked number, tags and payload, which can't be undone.
    Kafka's topics can't be changed: it says when they let go. Exits with 1 when rows are left.

    Example: twilio-pipeline erase --to +15550100002 --yes
    """
    administrator = find_administrator(stack)
    address = number_of((sys.stdin.readline() if number == "-" else number).strip())
    if len(address) < _LEAST:
        raise ConfigurationError("--to takes a number like +15550100002, or an e-mail address")
    people = Pseudonymizer.of(administrator.privacy()).all_hashes(address)
    left = _erase(administrator, people) if yes else _show(administrator, people, address)
    for line in (*_topics(administrator), *_ELSEWHERE):
        typer.echo(f"expires {line}")
    if left:
        raise typer.Exit(Exit.DIFFERENT)


def _show(administrator: Administrator, people: list[str], address: str) -> int:
    for place, rows in count(administrator.clickhouse, people).items():
        typer.echo(f"would erase {place}: {rows} rows")
    typer.echo(f"nothing was changed: add --yes to erase {mask(address)}")
    return 0


def _erase(administrator: Administrator, people: list[str]) -> int:
    with bar("erasing") as progress:
        done, left = erase_from_tables(administrator.clickhouse, people, progress)
    for place, rows in done.items():
        typer.echo(f"erased {place}: {rows} rows" + (f", {left[place]} left" * bool(left[place])))
    return sum(left.values())


def _topics(administrator: Administrator) -> list[str]:
    kafka = administrator.target.kafka
    topics = [topic for topic in declared(kafka) if topic.name not in _IMPERSONAL]
    found = asyncio.run(topic_retention.compare(kafka, topics))
    return [_expiry(each) for each in found if each.found is not None]


def _expiry(topic: TopicRetention) -> str:
    """Kafka deletes whole segments, so the oldest record waits for the newest beside it."""
    if topic.found is None or topic.found < 0:
        return f"never from topic {topic.topic}: it is kept for ever"
    by = datetime.now(UTC) + timedelta(milliseconds=topic.found + topic.segment)
    return f"from topic {topic.topic} by {by:%Y-%m-%d %H:%M} UTC"
