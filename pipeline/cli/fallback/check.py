"""``twilio-pipeline fallback check``: whether a policy file can be used."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from processors.fallback.policy import Policy, Step
from processors.fallback.policy_file import read_policies

app = typer.Typer()


@app.command()
def check(file: Annotated[Path, typer.Argument(help="TOML file with policies.")]) -> None:
    """Check a policy file: one line for each policy, or the line and key of the first mistake.

    Example: twilio-pipeline fallback check policy.toml
    """
    policies = read_policies(file)
    for policy in policies.policies:
        typer.echo(f"{policy.name}: {'; '.join(_told(policy))}")
    effect = "dry run: nothing is sent" if policies.dry_run else "live: steps are sent"
    typer.echo(f"{file.name} can be used ({effect})")


def _told(policy: Policy) -> Iterator[str]:
    yield " ".join((policy.product, *_limits(policy)))
    for trigger, steps in policy.when.items():
        yield f"{trigger}: {', then '.join(map(step_in_words, steps)) or 'nothing'}"


def _limits(policy: Policy) -> Iterator[str]:
    for name in ("countries", "service_sids", "account_sids"):
        wanted: tuple[str, ...] = getattr(policy, name)
        if wanted:
            yield f"of {', '.join(wanted)}"
    if policy.tags:
        yield "tagged " + ", ".join(f"{name}={value}" for name, value in policy.tags.items())
    yield f"within {policy.lifetime_s} s"


def step_in_words(step: Step) -> str:
    """What a step does, and when."""
    by = step.channel or (step.via if step.do == "email" else "")
    after = f" after {step.after_s:g} s" if step.after_s else ""
    tries = f" up to {step.attempts} times" if step.attempts > 1 else ""
    consent = " with consent" if step.needs_consent else ""
    return f"{step.do}{by and f' by {by}'}{after}{tries}{consent}"
