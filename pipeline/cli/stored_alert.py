"""Looks up what is stored about an incident or a silence before somebody says something of it."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import typer

from pipeline.errors import ConfigurationError, PipelineError
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect, translated


def stored(
    clickhouse: ClickHouseSettings, name: str, identity: str, otherwise: str
) -> Sequence[Any] | None:
    """The row that ``name``.sql finds; ConfigurationError says ``otherwise`` when there is none.

    None when ClickHouse can't say: in the middle of an outage nobody shall be kept from acting.
    """
    sql = files("pipeline.cli.alerts").joinpath(f"{name}.sql").read_text("utf-8")
    try:
        with connect(clickhouse) as client, translated(clickhouse):
            rows: Sequence[Sequence[Any]] = client.query(sql, {"id": identity}).result_rows
    except PipelineError as error:
        typer.echo(f"not checked whether {identity} exists: {error}", err=True)
        return None
    if not rows:
        raise ConfigurationError(f"{identity}: {otherwise}")
    return rows[0]
