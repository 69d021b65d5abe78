from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.ports import free_port
from pipeline.cli.main import run
from sinks.migrations import pending
from sinks.migrations.scripts import shipped
from tests.sinks.events import message

if TYPE_CHECKING:
    from pipeline.settings import ClickHouseSettings
    from tests.sinks.stand import Stand

PREFIX = "TWILIO_PIPELINE_CLICKHOUSE_"


def use(
    monkeypatch: pytest.MonkeyPatch, settings: ClickHouseSettings, *, writer: bool = False
) -> None:
    """Point the commands at a database, as its writer or as the analyst."""
    monkeypatch.setenv(f"{PREFIX}URL", settings.url)
    monkeypatch.setenv(f"{PREFIX}DATABASE", settings.database)
    if writer:
        monkeypatch.setenv(f"{PREFIX}USER", settings.user)
        monkeypatch.setenv(f"{PREFIX}PASSWORD", settings.password.get_secret_value())


@pytest.fixture
def analyst(monkeypatch: pytest.MonkeyPatch, database: ClickHouseSettings) -> None:
    use(monkeypatch, database)


QUERY = "SELECT number AS n, toString(number) AS s FROM numbers(2)"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("table", "n\ts\n0\t0\n1\t1\n"),
        ("csv", '"n","s"\n0,"0"\n1,"1"\n'),
        ("json", '[{"n":0,"s":"0"},\n {"n":1,"s":"1"}]\n'),
    ],
)
@pytest.mark.usefixtures("analyst")
def test_sql_prints_in_the_form_asked_for(
    capsys: pytest.CaptureFixture[str], form: str, expected: str
) -> None:
    assert run(["sql", f"{QUERY};", "--format", form]) == 0
    assert capsys.readouterr().out == expected


@pytest.mark.usefixtures("analyst")
def test_sql_without_rows_is_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sql", "SELECT * FROM messages", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [("SELEC 1", "Syntax error"), ("SELECT * FROM nowhere", "nowhere"), (" ", "empty"),
     ("DROP TABLE events_store", "may only read")],
)  # fmt: skip
@pytest.mark.usefixtures("analyst")
def test_a_query_that_cannot_run_is_one_line(
    capsys: pytest.CaptureFixture[str], query: str, said: str
) -> None:
    assert run(["sql", query]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", [["sql", "SELECT 1"], ["verify"]])
def test_a_clickhouse_that_does_not_answer_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv(f"{PREFIX}URL", f"http://127.0.0.1:{free_port()}")
    assert run(command) == 3
    error = capsys.readouterr().err
    assert "does not answer" in error
    assert error.count("\n") == 1


async def test_verify_exits_with_1_and_names_what_differs(
    stand: Stand, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.put(stand.raw, message("sent"), message("delivered"))
    async with stand.running():
        await stand.all_stored()
    use(monkeypatch, stand.config.clickhouse)
    monkeypatch.setenv("TWILIO_PIPELINE_LIFECYCLE_STATE_HORIZON_S", str(10**9))
    capsys.readouterr()
    assert run(["verify"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2 events stored, the newest received 20")
    assert lines[1:3] == ["messages: 1 compared, none differs", "windows: 0 compared, 1 differ"]
    assert "stored is   nothing" in lines[-2]
    assert lines[-1] == "funnel: 0 compared, none differs"


def test_a_dry_run_shows_what_would_be_applied_and_applies_nothing(
    empty: ClickHouseSettings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, empty, writer=True)
    assert run(["migrate", "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "would apply 0001_events"
    assert lines == [f"would apply {script.name}" for script in shipped()]
    monkeypatch.setenv(f"{PREFIX}MODE", "replicated")
    assert run(["migrate", "--dry-run", "-v"]) == 0
    text = capsys.readouterr().out
    assert f"CREATE TABLE IF NOT EXISTS {empty.database}.events_store ON CLUSTER" in text
    assert "ENGINE = ReplicatedReplacingMergeTree(" in text
    assert pending(empty) == list(shipped())


def test_migrate_names_what_it_did_and_then_has_nothing_to_do(
    kafka: str,
    empty: ClickHouseSettings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, empty, writer=True)
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", kafka)
    assert run(["migrate"]) == 0
    assert "applied 0001_events" in capsys.readouterr().out
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", f"127.0.0.1:{free_port()}")
    assert run(["migrate", "--skip-topics"]) == 0
    assert capsys.readouterr().out == f"database {empty.database} is up to date\n"
