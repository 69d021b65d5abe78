"""The status of one pipeline, gathered once and shown as tables or plain lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from local.status.processes import PartStatus, part_statuses
from local.status.sql import load_sql
from pipeline.analyst import connect_analyst
from pipeline.errors import UnavailableError
from pipeline.groups import consumed_topics
from pipeline.lag import Lag, connect_lag_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.stack_file import StackFile
    from pipeline.settings import ClickHouseSettings, KafkaSettings


@dataclass(frozen=True, slots=True)
class Report:
    """``parts`` is empty for a pipeline that is no local stack; ``ready`` is the stack's word."""

    ready: bool
    parts: list[PartStatus]
    lags: list[Lag]
    rows: list[tuple[str, int]]
    console: str = ""

    @property
    def healthy(self) -> bool:
        """Whether every known part is alive and does its work."""
        return self.ready and all(part.alive for part in self.parts)

    @property
    def headline(self) -> str:
        """The whole in one line."""
        behind = sum(lag.records for lag in self.lags)
        state = "ready" if self.healthy else "not ready"
        return f"{state}, {behind:,} records behind"

    def tables(self) -> Iterator[Table | Text]:
        """Tables for a terminal, and where the page is that shows more."""
        if self.console:
            yield Text(f"console at {self.console}")
        if self.parts:
            yield _table("part", "process", "state", rows=map(_part_cells, self.parts))
        lags = ((lag.group, lag.topic, str(lag.partition), f"{lag.records:,}") for lag in self.lags)
        yield _table("group", "topic", "partition", "records behind", rows=lags)
        yield _table("view", "rows", rows=((view, f"{count:,}") for view, count in self.rows))

    def lines(self) -> Iterator[str]:
        """The same for programs and logs, separated by blanks."""
        yield self.headline
        if self.console:
            yield f"console {self.console}"
        for part in self.parts:
            yield "part " + " ".join(_part_cells(part))
        for lag in self.lags:
            yield f"lag {lag.group} {lag.topic} {lag.partition} {lag.records}"
        for view, count in self.rows:
            yield f"rows {view} {count}"


async def gather_report(
    stack: StackFile | None, kafka: KafkaSettings, clickhouse: ClickHouseSettings
) -> Report:
    """Ask everybody; UnavailableError says who does not answer."""
    parts = part_statuses(stack.parts) if stack else []
    if parts and not any(part.alive for part in parts):
        raise UnavailableError(
            "the stack is not running: start it again with `twilio-pipeline up --data DIR`"
        )
    async with connect_lag_reader(kafka) as reader:
        lags = await reader.read(consumed_topics())
    async with connect_analyst(clickhouse) as analyst:
        rows = [(str(view), int(count)) for view, count in await analyst.rows(load_sql("rows"), {})]
    console = stack.console if stack else ""
    return Report(stack is None or stack.ready, parts, lags, sorted(rows), console)


def _part_cells(part: PartStatus) -> tuple[str, str, str]:
    return part.name, str(part.pid), "alive" if part.alive else "dead"


def _table(*headings: str, rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        numeric = heading in _NUMERIC
        table.add_column(heading, justify="right" if numeric else "left", header_style="dim")
    for row in rows:
        table.add_row(*row)
    return table


_NUMERIC = frozenset({"process", "partition", "records behind", "rows"})
