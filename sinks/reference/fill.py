"""Fills the reference tables from the shipped lists, and makes their dictionaries."""

import csv
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import msgspec
from clickhouse_connect.driver.client import Client

from pipeline.settings import ClickHouseSettings, LifecycleSettings, load
from pipeline.twilio.catalogue import event_types
from pipeline.twilio.error_classes import error_codes
from sinks.rendering import rendered
from sinks.statements import statements

_COLUMNS: Final = {
    "error_codes": ("code", "error_class", "level", "product", "name"),
    "event_types": ("event_type", "twilio_product", "twilio_group", "stage"),
    "countries": ("country", "name"),
    "network_countries": ("mcc", "country"),
    "processor_settings": ("name", "value"),
}


def fill_reference(client: Client, settings: ClickHouseSettings) -> None:
    """Bring tables and dictionaries up to this version; as often as one likes.

    The dictionaries are made anew each time, so that they log in with the present password.
    """
    for table, rows in _rows().items():
        client.insert(table, rows, column_names=_COLUMNS[table], database=settings.database)
    text = files("sinks.reference").joinpath("dictionaries.sql").read_text("utf-8")
    text = text.replace("{database}", settings.database)
    for statement in statements(text.replace("{login}", _login(client, settings))):
        client.command(rendered(statement, settings.mode))


def _rows() -> Mapping[str, list[tuple[object, ...]]]:
    return {
        "error_codes": [msgspec.structs.astuple(entry) for entry in error_codes().values()],
        "event_types": [msgspec.structs.astuple(entry) for entry in event_types().values()],
        "countries": [
            (row["country"], row["name"]) for row in _read("pipeline.twilio", "data/countries.csv")
        ],
        "network_countries": [
            (row["mcc"], row["countries"].split()[0])
            for row in _read("pipeline.twilio", "data/mobile_country_codes.csv")
        ],
        "processor_settings": [
            ("verification_lifetime_s", load(LifecycleSettings).verification_lifetime_s)
        ],
    }


def _read(package: str, name: str) -> list[dict[str, str]]:
    text = files(package).joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _login(client: Client, settings: ClickHouseSettings) -> str:
    """How a dictionary reads its table: as the writer, where the engine itself knows the writer.

    A server in front of the engine may have users of its own; the engine then has one, its default.
    """
    if client.command("SELECT currentUser()") != settings.user:
        return ""
    password = settings.password.get_secret_value()
    return f"USER {_quoted(settings.user)} PASSWORD {_quoted(password)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
