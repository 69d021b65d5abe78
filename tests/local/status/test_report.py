"""The report's words, and its refusals."""

import subprocess
import sys

import pytest
from rich.console import Console

from local.ports import free_port
from local.stack_file import StackFile
from local.status.processes import PartStatus, is_alive
from local.status.report import Report, gather_report
from pipeline.errors import UnavailableError
from pipeline.lag import Lag
from pipeline.settings import ClickHouseSettings, KafkaSettings, load

LAGS = [Lag("twilio-sink", "twilio.voice", 0, 7)]
ROWS = [("events", 12)]


def _dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_local_stacks_console_is_named() -> None:
    report = Report(ready=True, parts=[], lags=[], rows=[], console="http://127.0.0.1:1/")
    assert list(report.lines())[1] == "console http://127.0.0.1:1/"
    console = Console(width=80)
    with console.capture() as shown:
        console.print(*report.tables(), sep="\n")
    assert shown.get().startswith("console at http://127.0.0.1:1/\n")


def test_lines_are_separated_by_blanks() -> None:
    report = Report(ready=True, parts=[PartStatus("sink", 1, alive=True)], lags=LAGS, rows=ROWS)

    assert list(report.lines()) == [
        "ready, 7 records behind",
        "part sink 1 alive",
        "lag twilio-sink twilio.voice 0 7",
        "rows events 12",
    ]


def test_a_dead_part_makes_it_not_ready() -> None:
    report = Report(ready=True, parts=[PartStatus("sink", 1, alive=False)], lags=[], rows=[])

    assert not report.healthy
    assert report.headline.startswith("not ready")


def test_a_process_that_ended_is_dead() -> None:
    assert not is_alive(_dead_pid())


async def test_a_stack_of_which_nothing_is_alive_is_said_not_to_run() -> None:
    stack = StackFile(
        ready=True,
        ingest="",
        kafka="",
        clickhouse="",
        public_url="",
        auth_token="",
        parts={"kafka": _dead_pid()},
    )

    with pytest.raises(UnavailableError, match="the stack is not running: start it again"):
        await gather_report(stack, load(KafkaSettings), load(ClickHouseSettings))


async def test_no_clickhouse_is_said_in_one_line(kafka: str) -> None:
    nowhere = load(ClickHouseSettings, url=f"http://127.0.0.1:{free_port()}")

    with pytest.raises(UnavailableError, match=r"^ClickHouse at http://127.0.0.1:\d+ does not"):
        await gather_report(None, load(KafkaSettings, bootstrap_servers=kafka), nowhere)
