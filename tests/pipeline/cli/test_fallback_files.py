"""Policies and failures in files: what is checked and explained without anything running."""

from pathlib import Path

import msgspec
import pytest

from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from tests.processors.fallback.world import outcome
from tests.sinks.events import attempt, message, verification

POLICY = """
dry_run = true
[[policies]]
name = "otp"
product = "verify"
countries = ["US", "BR"]
tags = { purpose = "login" }
[policies.when]
transient = [{ do = "retry", after_s = 5, attempts = 2 }, { do = "email", needs_consent = true }]
fraud = []
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    return file


def test_a_policy_that_can_be_used(policy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fallback", "check", str(policy)]) == Exit.OK
    steps = "retry after 5 s up to 2 times, then email by verify with consent"
    who = "verify of US, BR tagged purpose=login within 600 s"
    assert capsys.readouterr().out.splitlines() == [
        f"otp: {who}; transient: {steps}; fraud: nothing",
        "policy.toml can be used (dry run: nothing is sent)",
    ]


def test_a_policy_that_cannot(policy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy.write_text(POLICY.replace("attempts = 2", "attempts = 9"))
    assert run(["fallback", "check", str(policy)]) == Exit.USAGE
    assert capsys.readouterr().err.startswith(
        "twilio-pipeline: policy.toml:9: policies[0].when.transient[0].attempts: "
    )
    assert run(["fallback", "check", str(policy.with_name("none.toml"))]) == Exit.USAGE
    (line,) = capsys.readouterr().err.splitlines()
    assert "none.toml: No such file or directory" in line


def explained(
    file: Path, policy: Path, text: bytes, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    file.write_bytes(text)
    assert run(["fallback", "explain", str(file), "--policy", str(policy)]) == Exit.OK
    return capsys.readouterr().out.splitlines()


def test_an_outcome_as_on_the_topic_is_explained(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = outcome(tags={"purpose": "login"})
    lines = explained(tmp_path / "o.json", policy, msgspec.json.encode(told), capsys)
    assert lines[0] == "policies of policy.toml: a dry run, nothing of this is sent"
    assert lines[2:4] == [
        "policy otp is for it; its steps for transient:",
        "  0  retry after 5 s up to 2 times",
    ]
    untagged = msgspec.json.encode([outcome()])
    assert explained(tmp_path / "o.json", policy, untagged, capsys)[2:] == [
        "policy otp is not for it: it has no tag purpose=login",
        "no policy is for it: nothing is done",
    ]


def test_events_of_twilio_are_explained(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy.write_text(POLICY.replace('tags = { purpose = "login" }', ""))
    failed = attempt("undelivered", 1, "VL1", "2026-01-01T00:00:05Z", error_code="30003")
    approved = verification("approved", 1, "2026-01-01T00:00:45Z")
    events = b"[" + approved + b"," + failed + b"]"
    lines = explained(tmp_path / "e.json", policy, events, capsys)
    assert lines[1] == "2026-01-01 00:00:05  VL1  undelivered verify sms US 30003 (transient)"
    assert lines[-2:] == [
        "    +40.0 s  heard       ended approved",
        "    +40.0 s  succeeded   the plan (the user got through)",
    ]
    lines = explained(tmp_path / "e.json", policy, message("undelivered", errorCode=30003), capsys)
    assert lines[2] == "policy otp is not for it: it is for product verify, not messaging"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"no JSON", "e.json can't be read as JSON"),
        (b'{"a": 1}', "e.json holds neither outcomes nor Twilio's events"),
        (message("delivered"), "nothing in "),
    ],
    ids=["text", "object", "delivered"],
)
def test_what_is_no_failure_is_one_line(
    text: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "e.json"
    file.write_bytes(text)
    assert run(["fallback", "explain", str(file)]) == Exit.USAGE
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
