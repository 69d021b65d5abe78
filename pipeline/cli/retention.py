"""``twilio-pipeline retention``: how long what is kept, as set and as found."""

import asyncio
from enum import StrEnum
from typing import Annotated, Final

import typer

from pipeline import topic_retention
from pipeline.cli.administrator import Administrator, find_administrator
from pipeline.cli.exits import Exit
from pipeline.cli.target import StackOption
from pipeline.settings import KafkaSettings, RetentionSettings, load
from pipeline.topics import declared
from sinks import retention as tables

app = typer.Typer()
_DAY_MS: Final = 86_400_000


class Action(StrEnum):
    """What to do."""

    SHOW = "show"
    APPLY = "apply"


@app.command()
def retention(
    action: Annotated[Action, typer.Argument(help="Compare, or change what differs.")] = (
        Action.SHOW
    ),
    stack: StackOption = None,
) -> None:
    """Compare how long ClickHouse and Kafka keep things with the settings, or make it so.

    `show` exits with 1 when something differs. `migrate` applies ClickHouse's part, too; a topic
    that is there keeps what it has until `apply`.

    Example: TWILIO_PIPELINE_RETENTION_EVENTS_DAYS=180 twilio-pipeline retention show
    """
    administrator, settings = find_administrator(stack), load(RetentionSettings)
    if action is Action.APPLY:
        _apply(administrator, settings)
    elif not _show(administrator, settings):
        raise typer.Exit(Exit.DIFFERENT)


def _apply(administrator: Administrator, settings: RetentionSettings) -> None:
    rules = tables.apply(administrator.clickhouse, tables.rules(settings))
    kafka = administrator.target.kafka
    topics = asyncio.run(topic_retention.apply(kafka, declared(kafka, settings)))
    for rule in rules:
        typer.echo(f"{rule.what}: now {_days(rule.days)}")
    for topic in topics:
        typer.echo(f"{topic.topic}: now {_length(topic.wanted)}")
    if not rules and not topics:
        typer.echo("everything is kept as long as set")


def _show(administrator: Administrator, settings: RetentionSettings) -> bool:
    """Whether all is as it should be."""
    rules = tables.rules(settings)
    present = tables.found(administrator.clickhouse, rules)
    lines = [_line(r.what, r.ttl == present[r.what], _days(r.days), present[r.what]) for r in rules]
    kafka: KafkaSettings = administrator.target.kafka
    for topic in asyncio.run(topic_retention.compare(kafka, declared(kafka, settings))):
        there = "no such topic" if topic.found is None else _length(topic.found)
        lines.append(_line(topic.topic, topic.wanted == topic.found, _length(topic.wanted), there))
    for same, line in lines:
        typer.echo(f"{'same  ' if same else 'DIFFERS'} {line}")
    return all(same for same, _ in lines)


def _line(what: str, same: bool, wanted: str, there: str) -> tuple[bool, str]:
    return (
        same,
        f"{what}: {wanted}" if same else f"{what}: wanted {wanted}, is {there or 'for ever'}",
    )


def _days(days: int) -> str:
    return f"{days} d" if days else "for ever"


def _length(milliseconds: int) -> str:
    if milliseconds < 0:
        return "for ever"
    return f"{milliseconds / _DAY_MS:g} d"
