"""What lets the demo's fallbacks reach the simulated Twilio instead of being shown only."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from local.simulator.seeds import seeded
from local.simulator.story import Draw
from local.simulator.traffic import accounts_of, identifiers_of
from local.simulator.users import Users
from local.twilio_api.accounts import Account
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.simulator.run import Run
    from local.simulator.traffic import Plan
    from local.twilio_api.twilio import Twilio

_TOKEN: Final = "simulated"  # noqa: S105  of accounts that do not exist
_SILENT_AFTER_S: Final = 10


def environment(plan: Plan, address: str, folder: Path) -> Mapping[str, Mapping[str, str]]:
    """What the stack's parts are told; the policy is put into ``folder``.

    ConfigurationError when nothing can be written there.
    """
    policy = _write_policy(folder)
    accounts = {own.sid: f"{own.sid}:{_TOKEN}" for own in accounts_of(plan)}
    silence = dict.fromkeys(("sms", "whatsapp", "rcs", "other"), _SILENT_AFTER_S)
    return {
        "fallback": {
            "TWILIO_PIPELINE_TWILIO_BASE_URL": address,
            "TWILIO_PIPELINE_TWILIO_ACCOUNTS": json.dumps(accounts),
            "TWILIO_PIPELINE_FALLBACK_POLICY": str(policy),
        },
        "lifecycle": {"TWILIO_PIPELINE_LIFECYCLE_VERIFY_SILENCE_S": json.dumps(silence)},
    }


def _write_policy(folder: Path) -> Path:
    """A copy that whoever watches may edit: it is read again when it changes."""
    text = files("local.demo").joinpath("fallback.toml").read_text("utf-8")
    file = folder / "fallback.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigurationError(f"can't write to {folder}: {error.strerror}") from error
    return file


def open_accounts(twilio: Twilio, plan: Plan) -> None:
    """Let Twilio know the plan's accounts and services."""
    for own in accounts_of(plan):
        services = {own.verify_service_sid}
        twilio.accounts.add(Account(own.sid, _TOKEN, verify_services=services))


def follow(twilio: Twilio, run: Run) -> None:
    """Let Twilio know the run's verifications, and the run what Twilio sends."""
    plan = run.plan
    ids = identifiers_of(plan, "users")
    draw = Draw(ids, seeded(plan.seed, "users"), plan.timing, plan.breaks)
    users = Users(twilio, draw, run.tell)
    run.on_story = users.meet
    twilio.on_sent = users.go_on
