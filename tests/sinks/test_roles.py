"""The engine's own access control, with the grants of the roles file.

Roles can't be made by statement in the embedded engine, so the file's grants reach it as the
same statements in its configuration. A view with ``SQL SECURITY DEFINER`` is checked against
the rights of its definer: so each question is asked as one of the roles.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

import pytest

from sinks.access import PUBLIC_TABLES
from sinks.migrations.scripts import shipped
from sinks.sql import load_sql
from sinks.statements import statements
from tests.sinks.bare_engine import answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROLES = Path(__file__).parents[2] / "deploy" / "clickhouse" / "roles.sql"
GRANT = re.compile(r"((?:GRANT|REVOKE) .*) (?:TO|FROM) (twilio_\w+)")
CONFIGURATION = (
    "<clickhouse><user_directories><users_xml><path>{users}</path></users_xml>"
    "</user_directories></clickhouse>"
)
LOGIN = "<password/>"
EMPTY = "<profiles><default/></profiles><quotas><default/></quotas>"
DENIED = "Not enough privileges"
READING = "SELECT count() FROM (SELECT * FROM twilio.NAME LIMIT 1)"
NAMES = """
SELECT engine IN ('View', 'Dictionary'), name FROM system.tables
WHERE database = 'twilio' AND engine != 'Null' AND as_select NOT LIKE '%{%' ORDER BY name
"""


class Told(NamedTuple):
    """Replies by role and name, and which names are views or dictionaries."""

    replies: dict[tuple[str, str], str]
    views: set[str]


def grants() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for statement in statements(ROLES.read_text("utf-8")):
        match = GRANT.fullmatch(statement)
        if match:
            found.setdefault(match[2], []).append(match[1])
    return found


def users(roles: Mapping[str, Sequence[str]]) -> str:
    """Each role with the file's grants, a user who has it, and one who may do all."""

    def entry(name: str, granted: Sequence[str]) -> str:
        queries = "".join(f"<query>{escape(each)}</query>" for each in granted)
        return f"<{name}>{LOGIN}<grants>{queries}</grants></{name}>"

    people = {"default": ["GRANT ALL ON *.* WITH GRANT OPTION"]}
    people |= {f"as_{role}": [f"GRANT {role}"] for role in roles}
    listed = "".join(entry(*each) for each in people.items())
    held = "".join(entry(*each).replace(LOGIN, "") for each in roles.items())
    return f"<clickhouse>{EMPTY}<users>{listed}</users><roles>{held}</roles></clickhouse>"


def schema() -> list[str]:
    made = [each for script in shipped() for each in script.statements("twilio")]
    text = files("sinks.reference").joinpath("dictionaries.sql").read_text("utf-8")
    dictionaries = statements(text.replace("{database}", "twilio").replace("{login}", ""))
    first = [load_sql(each, "twilio") for each in ("create_database", "create_migrations")]
    return [*first, *made, *dictionaries]


def question(role: str, name: str) -> list[str]:
    view = f"CREATE OR REPLACE VIEW default.ask DEFINER = as_{role} SQL SECURITY DEFINER"
    return [f"{view} AS {READING.replace('NAME', name)}", "SELECT * FROM default.ask"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What each role is told when it reads each table or view."""
    folder = tmp_path_factory.mktemp("roles")
    (folder / "users.xml").write_text(users(grants()), "utf-8")
    configuration = CONFIGURATION.format(users=folder / "users.xml")
    *made, listed = answers(folder, configuration, [*schema(), NAMES])
    assert [each for each in made if each] == []
    names = [line.split("\t") for line in listed.splitlines()]
    asked = [(role, name) for role in grants() for _, name in names]
    questions = [each for pair in asked for each in question(*pair)]
    told = dict(zip(asked, answers(folder, configuration, questions)[1::2], strict=True))
    return Told(told, {name for is_view, name in names if is_view == "1"})


def readable(told: Told, role: str) -> set[str]:
    """Names that give rows or say that there are none; every other reply is a denial."""
    mine = {name: reply for (who, name), reply in told.replies.items() if who == role}
    denied = {name for name, reply in mine.items() if DENIED in reply}
    assert {reply for name, reply in mine.items() if name not in denied} <= {"0", "1"}
    return mine.keys() - denied


def test_analysts_read_what_is_public_and_nothing_behind_it(told: Told) -> None:
    assert {"events", "messages", "calls"} <= told.views
    assert readable(told, "twilio_analyst") == told.views | set(PUBLIC_TABLES)


def test_the_writer_reads_all_but_clear_numbers_and_the_administrator_all(told: Told) -> None:
    names = {name for _, name in told.replies}
    assert readable(told, "twilio_writer") == names - {"clear_numbers"}
    assert readable(told, "twilio_admin") == names
