"""The configuration files of alerts, notifier and fallbacks, read as the parts read them."""

from collections.abc import Iterable
from typing import Final

from operations.doctor.finding import Finding
from pipeline.settings import (
    AlertsSettings,
    FallbackSettings,
    NotifierSettings,
    TwilioApiSettings,
    load,
)
from processors.alerts.processor import config_of
from processors.fallback.performing.assembly import performer
from processors.fallback.policy_file import read_policies
from processors.notifier.config_file import read_config

ALERTS: Final = "alerts.config"
NOTIFIER: Final = "notifier.config"
FALLBACK: Final = "fallback.policy"


async def look_at_alerts() -> list[Finding]:
    """ConfigurationError names what can't be used."""
    settings = load(AlertsSettings)
    config_of(settings)
    seen = f"{settings.config.name} can be used" if settings.config else "no file, the usual tuning"
    return [Finding(ALERTS, "ok", seen)]


async def look_at_notifier() -> list[Finding]:
    """ConfigurationError names the channel or route that can't be used."""
    settings = load(NotifierSettings)
    config = read_config(settings.config)
    if not config.channels:
        do = "name channels in a file, and the file in TWILIO_PIPELINE_NOTIFIER_CONFIG"
        return [Finding(NOTIFIER, "warn", "alerts are written to the log alone", do)]
    names = _listed(channel.name for channel in config.channels)
    return [Finding(NOTIFIER, "ok", f"{names} can be used; try them with `alerts test`")]


async def look_at_fallback() -> list[Finding]:
    """ConfigurationError names the policy, the secret or the account that can't be used."""
    settings, twilio = load(FallbackSettings), load(TwilioApiSettings)
    policies = read_policies(settings.policy)
    async with performer(settings, twilio):
        pass  # built as the part builds it; nothing is called
    names = _listed(policy.name for policy in policies.policies)
    if policies.dry_run:
        return [Finding(FALLBACK, "ok", f"{names}: planned and shown, nothing is sent")]
    if not twilio.account_sid and not twilio.accounts:
        do = "set TWILIO_PIPELINE_TWILIO_ACCOUNT_SID, _USERNAME and _PASSWORD"
        seen = f"{names} are live, and there are no credentials for Twilio's API"
        return [Finding(FALLBACK, "fail", seen, do)]
    return [Finding(FALLBACK, "ok", f"{names}: live, steps are sent")]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "no policy"
