"""What fallback commands say of what is stored, and of policies tried on it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.cli.exits import Exit
from pipeline.cli.fallback.reasons import in_words
from pipeline.cli.main import run
from pipeline.privacy import Pseudonymizer
from pipeline.settings import ClickHouseSettings
from processors.fallback.policy_file import parse_policies
from processors.fallback.rehearsal import Rehearsal
from sinks.clickhouse import connect
from sinks.tables.fallback import FALLBACK_STEPS, fallback_row
from sinks.tables.outcomes import OUTCOMES, OutcomeRows
from tests.databases import Databases, told_to_commands
from tests.processors.fallback.world import outcome, sid
from tests.sinks.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


POLICY = """
dry_run = false
[[policies]]
name = "otp"
product = "verify"
countries = ["BR"]
[policies.when]
transient = [{ do = "retry", after_s = 5 }, { do = "verify", channel = "call", price = 0.06 }]
permanent = [{ do = "verify", channel = "call", price = 0.06 }]
[policies.budget]
per_number = 1
"""
#: One is retried and approved; one is called, and the same number's next is over its budget; of
#: one no policy is for; one comes too late.
HEARD = (
    outcome(1),
    outcome(1, kind="ended", status="approved", after_ms=40_000),
    outcome(2, to="+5511990000002", error_class="permanent", code=30005, after_ms=60_000),
    outcome(3, to="+5511990000002", error_class="permanent", code=30005, after_ms=70_000),
    outcome(4, to="+14155550100", country="US", after_ms=80_000),
    outcome(5, after_ms=700_000),
)


@pytest.fixture(scope="module")
def stored(databases: Databases) -> Iterator[ClickHouseSettings]:
    with databases.lent() as settings:
        maker = OutcomeRows(Pseudonymizer(b"0123456789abcdef"))
        rehearsal = Rehearsal(parse_policies(POLICY, "policy.toml"))
        steps = [step for each in HEARD for step in rehearsal.hear(each)] + [*rehearsal.finish()]
        outcomes = [maker.row(_raw(each), 0, ("t", 0, n, 0)) for n, each in enumerate(HEARD)]
        told = [fallback_row(_raw(each), 0, ("t", 0, n, 0)) for n, each in enumerate(steps)]
        with connect(settings) as client:
            shelf = Shelf(client, settings)
            asyncio.run(shelf.insert(OUTCOMES.name, outcomes))
            asyncio.run(shelf.insert(FALLBACK_STEPS.name, told))
        yield settings


def _raw(item: msgspec.Struct) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(item))


@pytest.fixture(autouse=True)
def _environment(stored: ClickHouseSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in told_to_commands(stored).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def policy(tmp_path: Path) -> str:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    return str(file)


SPAN = ["fallback", "simulate", "--from", "2027-01-15", "--to", "2027-01-16"]


def test_a_policy_is_tried_on_what_is_stored(
    policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*SPAN, "--policy", policy]) == Exit.OK
    first = capsys.readouterr().out
    span, head, more, *rows = first.splitlines()
    assert span == "policies of policy.toml, 2027-01-15 00:00 to 2027-01-16 00:00 UTC"
    assert head == "5 failures, 2 steps would have been sent, expected cost 0.06"
    assert more == "had nobody answered these, 0 more could have been sent, for 0.00"
    assert [row.split() for row in rows] == [
        ["policy", "country", "state", "action", "channel", "reason", "times", "cost"],
        ["otp", "BR", "ended", "no_more_steps", "1"],
        ["otp", "BR", "sent", "retry", "sms", "1", "0.00"],
        ["otp", "BR", "sent", "verify", "call", "1", "0.06"],
        ["otp", "BR", "skipped", "too_old", "1"],
        ["otp", "BR", "skipped", "verify", "call", "budget_number", "1"],
    ]
    assert run([*SPAN, "--policy", policy]) == Exit.OK
    assert capsys.readouterr().out == first


def test_later_steps_are_followed_as_far_as_the_stored_truth_lets_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    longer = tmp_path / "longer.toml"
    email = 'channel = "call", price = 0.06 }, { do = "email", price = 0.01 }]'
    longer.write_text(POLICY.replace('channel = "call", price = 0.06 }]', email))
    assert run([*SPAN, "--policy", str(longer)]) == Exit.OK
    _, head, more, *rows = capsys.readouterr().out.splitlines()
    assert head == "5 failures, 2 steps would have been sent, expected cost 0.06"
    # Of the one retried an approval is stored before a minute of silence; the other's number has
    # had its share.
    assert more == "had nobody answered these, 0 more could have been sent, for 0.00"
    assert ["otp", "BR", "skipped", "email", "email", "budget_number", "2"] in [
        row.split() for row in rows
    ]
    longer.write_text(longer.read_text().replace("per_number = 1", "per_number = 9"))
    assert run([*SPAN, "--policy", str(longer)]) == Exit.OK
    _, head, more, *rows = capsys.readouterr().out.splitlines()
    assert head == "5 failures, 3 steps would have been sent, expected cost 0.12"
    assert more == "had nobody answered these, 2 more could have been sent, for 0.02"
    assert rows[1].split() == ["otp", "BR", "could", "be", "sent", "email", "email", "2", "0.02"]


def test_a_time_in_which_nothing_failed(policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = ["--from", "2026-01-15", "--to", "2026-01-16", "--policy", policy]
    assert run([*SPAN[:2], *before]) == Exit.OK
    assert (
        capsys.readouterr()
        .out.splitlines()[1]
        .startswith("0 failures, 0 steps would have been sent")
    )
    assert run([*SPAN[:2], "--from", "2026-01-16", "--to", "2026-01-15"]) == Exit.USAGE
    assert "--from must be before --to" in capsys.readouterr().err


def test_what_a_policy_does_with_a_stored_failure(
    policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fallback", "explain", sid("VE", 1), "--policy", policy]) == Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        "policies of policy.toml: live",
        f"2027-01-15 08:00:02  {sid('VL', 1001)}  failed verify sms BR 30003 (transient)",
        "policy otp is for it; its steps for transient:",
        "  0  retry after 5 s",
        "  1  verify by call",
        "     +0.0 s  planned     step 0: retry by sms (due in 5 s)",
        "     +5.0 s  dispatched  step 0: retry by sms",
        "     +5.0 s  sent        step 0: retry by sms",
        "    +38.0 s  heard       ended approved",
        "    +38.0 s  succeeded   the plan (the user got through)",
    ]
    assert run(["fallback", "explain", sid("VL", 4001), "--policy", policy]) == Exit.OK
    assert capsys.readouterr().out.splitlines()[2:] == [
        "policy otp is not for it: country US is not among BR",
        "no policy is for it: nothing is done",
    ]
    assert run(["fallback", "explain", "VE9", "--policy", policy]) == Exit.USAGE
    assert "VE9: no file, and no message or verification of which" in capsys.readouterr().err


def test_plans_are_listed_the_latest_first(capsys: pytest.CaptureFixture[str]) -> None:
    since = ["--since", "2027-01-15"]
    assert run(["fallback", "list", *since]) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] == [f"verify:{sid('VE', n)}" for n in (5, 3, 2, 1)]
    assert lines[-1].startswith(
        "2027-01-15 08:00:02  recovered      verify BR sms failed 30003  -> sms sent  after 5 s"
    )
    assert run(["fallback", "list", *since, "--result", "none"]) == Exit.OK
    (late,) = capsys.readouterr().out.splitlines()
    assert "-> the news came when the code was no longer good" in late
    assert run(["fallback", "list", "--since", "2027-02-01"]) == Exit.OK
    assert capsys.readouterr().out == "nothing; --since looks further back than a day\n"


def test_a_plan_is_shown_with_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fallback", "show", sid("VE", 3)]) == Exit.OK
    about = f"failed verify sms BR {HEARD[0].service_sid} 30005 (permanent)"
    assert capsys.readouterr().out.splitlines() == [
        f"2027-01-15 08:01:10  verify:{sid('VE', 3)}  {about}",
        "policy otp; result: not_sent",
        "     +0.0 s  planned     step 0: verify by call",
        f"     +0.0 s  skipped     step 0: verify by call ({in_words('budget_number')})",
        "     +0.0 s  ended       the plan (no step is left)",
    ]
    assert run(["fallback", "show", "none"]) == Exit.USAGE
    assert "none: no plan is stored for it" in capsys.readouterr().err
