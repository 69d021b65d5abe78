"""What the demo tells the parts of its stack."""

import json
from pathlib import Path

import pytest

from local.demo.live import environment
from local.simulator.scenario import SCENARIOS
from local.simulator.traffic import Plan, accounts_of
from pipeline.errors import ConfigurationError
from processors.fallback.policy_file import read_policies

PLAN = Plan(seed=1, messages=10, rate=1, scenario=SCENARIOS["outage"], start=7, identity=5)


def test_the_policy_is_good_and_sends(tmp_path: Path) -> None:
    told = environment(PLAN, "http://127.0.0.1:1", tmp_path / "new" / "folder")["fallback"]

    policies = read_policies(Path(told["TWILIO_PIPELINE_FALLBACK_POLICY"]))
    assert not policies.dry_run
    accounts = json.loads(told["TWILIO_PIPELINE_TWILIO_ACCOUNTS"])
    assert accounts.keys() == {own.sid for own in accounts_of(PLAN)}


def test_a_folder_that_cant_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="can't write to"):
        environment(PLAN, "http://127.0.0.1:1", tmp_path / "file")
