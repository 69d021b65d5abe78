"""Applies migrations forward, each once, and refuses to go on when history was rewritten."""

from collections.abc import Sequence

from clickhouse_connect.driver.client import Client

from pipeline.errors import ConfigurationError
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect, translated
from sinks.migrations.lock import Lease, lock
from sinks.migrations.scripts import Script, shipped
from sinks.reference import fill_reference
from sinks.rendering import rendered
from sinks.sql import load_sql


def migrate(settings: ClickHouseSettings, scripts: Sequence[Script] | None = None) -> list[str]:
    """Bring the database up to date and return the names of what was applied now.

    Every statement may be repeated, so a run that was cut short is completed by the next. Of two
    at once, the second one waits; one that was taken for dead stops. ConfigurationError when an
    applied file has changed since, or is unknown here; UnavailableError when ClickHouse does not
    answer.
    """
    with connect(settings, database="default") as client, translated(settings):
        for name in ("create_database", "create_migrations"):
            client.command(rendered(load_sql(name, settings.database), settings.mode))
        with lock(client, settings) as lease:
            missing = _missing(client, settings, shipped() if scripts is None else scripts)
            for script in missing:
                _apply(client, settings, script, lease)
            lease.check()
            fill_reference(client, settings)
    return [script.name for script in missing]


def pending(settings: ClickHouseSettings) -> list[Script]:
    """The migrations that the database still lacks; raises as migrate does."""
    with connect(settings, database="default") as client, translated(settings):
        if not int(str(client.command(load_sql("migrations_exist", settings.database)))):
            return list(shipped())
        return _missing(client, settings, shipped())


def _missing(
    client: Client, settings: ClickHouseSettings, scripts: Sequence[Script]
) -> list[Script]:
    rows = client.query(load_sql("applied_migrations", settings.database)).result_rows
    applied = {str(name): str(checksum) for name, checksum in rows}
    known = {script.name: script.checksum for script in scripts}
    for name, checksum in applied.items():
        if known.get(name) != checksum:
            what = "was changed after it was applied" if name in known else "is unknown here"
            raise ConfigurationError(
                f"migration {name} of database {settings.database} {what}: "
                "use the version of twilio-pipeline that applied it, or a newer one"
            )
    return [script for script in scripts if script.name not in applied]


def _apply(client: Client, settings: ClickHouseSettings, script: Script, lease: Lease) -> None:
    for statement in script.statements(settings.database, settings.mode):
        lease.check()
        client.command(statement)
    lease.check()
    client.insert(
        "migrations",
        [(script.name, script.checksum)],
        column_names=("name", "checksum"),
        database=settings.database,
    )
