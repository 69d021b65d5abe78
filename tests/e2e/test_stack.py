"""A stack as its user meets it: simulate, compare, stop, go on, and clear refusals."""

import msgspec
import pytest

from local.status.processes import is_alive
from local.truth.truth import read_truth
from tests.e2e.stack_process import STOP_S, StackProcess, wait_until


@pytest.fixture(scope="module")
def simulated(stack: StackProcess) -> str:
    """What the simulate command said about 300 messages."""
    done = stack.run(
        *("simulate", "--stack", str(stack.file), "--messages", "300", "--rate", "100"),
        *("--seed", "5", "--scenario", "outage", "--truth", str(stack.folder / "cli.ndjson")),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_what_was_simulated_is_stored_and_counted(
    stack: StackProcess, simulated: str
) -> None:
    verdict = await stack.verdict(stack.folder / "cli.ndjson")

    assert verdict.clean, "\n".join(verdict.lines())
    assert verdict.messages.equal == 300
    assert simulated.startswith("sent ")
    events = len(read_truth(stack.folder / "cli.ndjson").events)
    assert f"300 messages: {events:,} distinct" in simulated
    assert "(0 resent)" in simulated


async def test_verify_compares_with_the_events_and_with_the_truth(
    stack: StackProcess, simulated: str
) -> None:
    assert simulated
    truth = stack.folder / "cli.ndjson"
    assert (await stack.verdict(truth)).clean
    done = stack.run("verify", "--stack", str(stack.file), "--truth", str(truth))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "messages: 300 of 300 equal" in done.stdout.splitlines()


def test_verify_names_what_the_truth_has_and_the_store_lacks(
    stack: StackProcess, simulated: str
) -> None:
    assert simulated
    planted = stack.folder / "planted.ndjson"
    first, *_ = (stack.folder / "cli.ndjson").read_text().splitlines(keepends=True)
    known = msgspec.json.decode(first)
    planted.write_text(first + msgspec.json.encode({**known, "id": "EZplanted"}).decode())
    done = stack.run("verify", "--stack", str(stack.file), "--truth", str(planted))

    assert done.returncode == 1, done.stdout + done.stderr
    assert "EZplanted" in done.stdout


def test_status_names_parts_lag_and_rows(stack: StackProcess, simulated: str) -> None:
    assert simulated
    done = stack.run("status")

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("ready, ")
    for part, pid in stack.info.parts.items():
        assert f"part {part} {pid} alive" in lines
    assert sum(line.startswith("lag twilio-lifecycle twilio.messaging ") for line in lines) == 8
    rows = dict(line.split()[1:] for line in lines if line.startswith("rows "))
    assert int(rows["messages"]) >= 300
    assert int(rows["events"]) > int(rows["messages"])
    assert rows["dead_letters"] == "0"


def test_a_second_stack_in_the_same_folder_is_refused(stack: StackProcess) -> None:
    done = stack.run("up", "--data", str(stack.data))

    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert str(stack.data) in line


@pytest.mark.parametrize("command", ["status", "simulate"])
def test_a_wrong_folder_is_said_in_one_line(stack: StackProcess, command: str) -> None:
    done = stack.run(command, "--stack", str(stack.folder / "elsewhere" / "stack.json"))

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "no stack runs there" in line


async def test_it_stops_within_15_s_leaves_no_process_and_goes_on(
    stack: StackProcess, simulated: str
) -> None:
    assert simulated
    first = stack.traffic("first", 500, 500)
    await first.execute()
    pids = list(stack.info.parts.values())

    assert stack.stop() == 0
    wait_until(lambda: not any(map(is_alive, pids)), STOP_S, "no process is left")
    assert not stack.file.exists()
    stopped = stack.run("status", "--stack", str(stack.file))
    assert stopped.returncode == 2
    assert "up --data" in stopped.stderr

    stack.start()
    second = stack.traffic("second", 500, 500)
    await second.execute()
    for run in (first, second):
        verdict = await stack.verdict(run.truth_file)
        assert verdict.clean, "\n".join(verdict.lines())
    assert oct(stack.file.stat().st_mode)[-3:] == "600"
