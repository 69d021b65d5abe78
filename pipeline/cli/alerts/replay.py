"""``twilio-pipeline alerts replay``: what the detector would have told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from heapq import merge
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer
from clickhouse_connect.driver.client import Client

from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption, find_target
from pipeline.errors import ConfigurationError
from pipeline.items.alert import Alert
from pipeline.settings import AlertsSettings, ClickHouseSettings, load
from pipeline.topics import FUNNEL, WINDOWS
from processors.alerts.ages import MINUTE_S
from processors.alerts.cells import CONVERSION
from processors.alerts.config import Config
from processors.alerts.core import Core
from processors.alerts.processor import SHARES, config_of, share_of
from processors.alerts.stored import CONVERSION_MINUTES, Playback, StoredWindow
from sinks.clickhouse import connect, translated

app = typer.Typer()

_DAY_S: Final = 86_400


class Format(StrEnum):
    """How alerts are written."""

    TEXT = "text"
    JSON = "json"


@app.command()
def replay(  # noqa: PLR0913, PLR0917  (each is an option)
    start: Annotated[str, typer.Option("--from", help="First day or time (UTC).")],
    end: Annotated[str, typer.Option("--to", help="Day or time (UTC) before which it ends.")],
    config: Annotated[
        Path | None, typer.Option(help="TOML file to try, instead of the one in use.")
    ] = None,
    learn_days: Annotated[
        int, typer.Option(min=0, max=90, help="Days before --from to learn what is usual.")
    ] = 14,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
    stack: StackOption = None,
) -> None:
    """Run the detector over stored windows and print what it would have told.

    Nothing is sent. The same windows and the same file give the same alerts every time.

    Example: twilio-pipeline alerts replay --from 2026-11-01 --to 2026-11-08 --config new.toml
    """
    first, last = moment(start, "--from"), moment(end, "--to")
    if first >= last:
        raise ConfigurationError("--from must be before --to")
    chosen = _config(config)
    clickhouse = find_target(stack).clickhouse
    span = (int(first.timestamp()), int(last.timestamp()))
    told = 0
    for alert in _replay(clickhouse, chosen, span, learn_days):
        told += alert.state == "firing"
        typer.echo(_PRINTERS[output](alert))
    if output is Format.TEXT:
        typer.echo(f"{told} incidents from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC")


def _config(file: Path | None) -> Config:
    settings = load(AlertsSettings)
    return config_of(settings.model_copy(update={"config": file or settings.config}))


def _replay(
    clickhouse: ClickHouseSettings, config: Config, span: tuple[int, int], learn_days: int
) -> Iterator[Alert]:
    """Learn from the days before, then give what is told from ``span[0]`` on."""
    start, end = span
    learn_from = start // MINUTE_S * MINUTE_S - learn_days * _DAY_S
    cores = {topic: Core(share_of(config, topic, 1), learn_from) for topic in SHARES}
    with connect(clickhouse) as client, translated(clickhouse):
        windows = merge(
            _stored(client, "stored_windows", _window, (learn_from, end)),
            _stored(client, "stored_funnel", _conversion, (learn_from, end)),
            key=lambda window: (window.minute, window.leaf),
        )
        for minute, changes in Playback().play(windows, end // MINUTE_S):
            for change in changes:
                cores[FUNNEL if change.leaf[0] == CONVERSION else WINDOWS].change(change)
            for core in cores.values():
                told = core.advance((minute + 1) * MINUTE_S)
                yield from (alert for alert in told if alert.at >= start)


def _stored(
    client: Client,
    name: str,
    read: Callable[[Any], StoredWindow],
    span: tuple[int, int],
) -> Iterator[StoredWindow]:
    """Ask for a day at a time, so that memory stays bounded."""
    sql = files("pipeline.cli.alerts").joinpath(f"{name}.sql").read_text("utf-8")
    for day in range(span[0], span[1], _DAY_S):
        parameters = {"start": day, "end": min(day + _DAY_S, span[1])}
        for row in client.query(sql, parameters=parameters).result_rows:
            yield read(row)


def _window(row: Any) -> StoredWindow:  # noqa: ANN401  a row of the driver
    minute, *leaf, sent, delivered, failed, p50, p95 = row
    return StoredWindow(minute, tuple(leaf), sent, delivered, failed, p50, p95)


def _conversion(row: Any) -> StoredWindow:  # noqa: ANN401  a row of the driver
    minute, account, channel, service, country, sent, approved = row
    leaf = (CONVERSION, account, channel, service, country, "", "")
    failed = sent - approved
    return StoredWindow(minute, leaf, sent, approved, failed, known_after=CONVERSION_MINUTES)


def _text(alert: Alert) -> str:
    at = datetime.fromtimestamp(alert.at, UTC)
    since = datetime.fromtimestamp(alert.started_at, UTC)
    lines = [f"{at:%Y-%m-%d %H:%M}  {alert.state:8}  {alert.severity:6}  {alert.title}"]
    if alert.reason:
        lines.append(f"    {alert.reason}")
    if alert.state != "resolved":
        lines.append(
            f"    since {since:%H:%M}, {alert.affected} of {alert.messages} affected, "
            f"evidence {alert.evidence:.1f} over {alert.threshold:.1f}, likely: {alert.likely}"
        )
        lines.append(f"    {alert.suggestion}")
        lines.append(f"    {alert.sql}")
    return "\n".join(lines)


def _json(alert: Alert) -> str:
    return msgspec.json.encode(alert).decode()


_PRINTERS: Final = {Format.TEXT: _text, Format.JSON: _json}
