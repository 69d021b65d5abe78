"""Fallbacks on topics of a test: ``python program.py BOOTSTRAP NAME PORT POLICY API ACCOUNT``."""

import sys
from pathlib import Path

from pydantic import SecretStr

from pipeline.logs import configure
from pipeline.settings import (
    FallbackSettings,
    KafkaSettings,
    LogSettings,
    TwilioApiSettings,
    load,
)
from processors.fallback.processor import Names, processor
from processors.runtime.worker import run

TOKEN = "token"  # noqa: S105  of the stand-in


def names_of(name: str) -> Names:
    return Names(f"{name}-outcomes", f"{name}-alerts", f"{name}-control", f"{name}-told")


def main(bootstrap: str, name: str, *rest: str) -> None:
    port, policy, api, account = rest
    configure(load(LogSettings, format="json"))
    settings = load(
        FallbackSettings,
        app_id=name,
        metrics_port=int(port),
        policy=Path(policy),
        checks_per_minute=100_000,
    )
    twilio = load(
        TwilioApiSettings, account_sid=account, password=SecretStr(TOKEN), base_url=api, timeout_s=2
    )
    fallback = processor(settings, twilio, names_of(name))
    run(fallback, load(KafkaSettings, bootstrap_servers=bootstrap))


if __name__ == "__main__":
    main(*sys.argv[1:])
