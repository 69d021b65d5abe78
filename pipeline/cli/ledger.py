"""``twilio-pipeline ledger``: where every event went, to the event."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from pipeline.cli.administrator import Administrator, find_administrator
from pipeline.cli.bar import bar
from pipeline.cli.exits import Exit
from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption
from pipeline.items.ledger_entry import LedgerEntry
from pipeline.settings import RetentionSettings, SinkSettings, load
from pipeline.topics import RAW
from sinks.ledger import Audit, Key, Problem, Produced, Scope, Tally, audit, ingress_entries

app = typer.Typer()
_COLUMNS: Final = Tally.__struct_fields__
_DAY_MS: Final = 86_400_000
_SHOWN: Final = 50


@app.command()
def ledger(
    since: Annotated[
        str, typer.Option("--from", help="Leave out what Kafka got before this day or time (UTC).")
    ] = "",
    hours: Annotated[
        bool, typer.Option("--hours", help="A line for each partition and hour, not each topic.")
    ] = False,
    stack: StackOption = None,
) -> None:
    """Look up every event that Kafka retains in ClickHouse; exit 1 and name what is missing.

    produced = stored + duplicates + dead + expired + in flight + missing. In flight is what the
    sink has not committed yet; expired is beyond the retention of events. It reads the whole
    range from Kafka, about as fast as the sink does.

    Example: twilio-pipeline ledger --stack DIR/stack.json --hours
    """
    administrator = find_administrator(stack)
    start = int(moment(since, "--from").timestamp() * 1000) if since else None
    found, entries = asyncio.run(_read(administrator, start))
    wrong = [line for topic in found.produced for line in _wrong(topic, found.produced[topic])]
    for line in (*_lines(found, hours), *_ingress_lines(entries), *_untold(found), *wrong):
        typer.echo(line)
    if not found.account.balanced or wrong:
        raise typer.Exit(Exit.DIFFERENT)
    typer.echo("balanced")


async def _read(administrator: Administrator, since: int | None) -> tuple[Audit, list[LedgerEntry]]:
    kafka = administrator.target.kafka
    days = load(RetentionSettings).events_days
    expired = int(time.time() * 1000) - days * _DAY_MS if days else 0
    entries = await ingress_entries(kafka)
    scope = Scope(tuple(RAW.values()), load(SinkSettings).group_id, expired, since, entries)
    with bar("looking up") as progress:
        return await audit(kafka, administrator.clickhouse, scope, progress), entries


def _lines(found: Audit, hours: bool) -> list[str]:
    account = found.account
    lines = ["where " + " ".join(_COLUMNS)]
    lines += [f"{_name(key)} {_figures(each)}" for key, each in _grouped(found, hours)]
    lines.append(f"total {_figures(account.total)}")
    lines += [_told(each) for each in account.problems[:_SHOWN]]
    if len(account.problems) > _SHOWN:
        lines.append(f"and {len(account.problems) - _SHOWN} more")
    return lines


def _grouped(found: Audit, hours: bool) -> list[tuple[Key, Tally]]:
    if hours:
        return sorted(found.account.lines.items())
    topics: dict[Key, Tally] = {}
    for key, each in sorted(found.account.lines.items()):
        topics.setdefault(Key(key.topic, -1, 0), Tally()).add(each)
    return list(topics.items())


def _name(key: Key) -> str:
    if key.partition < 0:
        return key.topic
    return (
        f"{key.topic}/{key.partition} {datetime.fromtimestamp(key.hour / 1000, UTC):%Y-%m-%dT%HZ}"
    )


def _figures(each: Tally) -> str:
    return " ".join(str(getattr(each, name)) for name in _COLUMNS)


def _told(problem: Problem) -> str:
    where = f"{problem.topic} partition {problem.partition}"
    offsets = f"offset {problem.first}"
    if problem.last > problem.first:
        offsets = f"offsets {problem.first} to {problem.last}"
    count = f"{problem.events} events " if problem.events else ""
    return f"{where}, {offsets}: {count}{problem.what}"


def _ingress_lines(entries: Sequence[LedgerEntry]) -> list[str]:
    total: Counter[str] = Counter()
    for entry in entries:
        counts = {"received": entry.received, "refused": entry.refused}
        counts |= {"turned away": entry.turned_away, "quarantined": entry.quarantined}
        counts |= {"accepted": entry.accepted, "dead-lettered": entry.dead_lettered}
        counts |= {"spooled": entry.spooled, "drained": entry.drained, "in spool": entry.in_spool}
        counts |= {"lost": entry.lost, "produced": sum(entry.produced.values())}
        total.update(counts)
    figures = ", ".join(f"{name} {count}" for name, count in total.items())
    return [f"{len(entries)} ingress processes told: {figures}"] if entries else []


def _untold(found: Audit) -> list[str]:
    """Where the comparison is bounded and not exact, and by how much."""
    untold = sum(each.untold for each in found.produced.values())
    return [f"{untold} events were sent after their ingress last told"] if untold else []


def _wrong(topic: str, each: Produced) -> list[str]:
    lines = []
    if each.lost:
        lines.append(f"{topic}: {each.lost} events that Kafka acknowledged are not there")
    if each.foreign:
        lines.append(f"{topic}: {each.foreign} events are there that no ingress sent")
    return lines
