"""``twilio-pipeline fallback explain``: what a policy does with a failure, and why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from pipeline.cli.fallback.check import step_in_words
from pipeline.cli.fallback.policies import PolicyOption, chosen_policies
from pipeline.cli.fallback.read_outcomes import read_outcomes
from pipeline.cli.fallback.stored import outcomes_about
from pipeline.cli.fallback.timeline import day, line
from pipeline.cli.target import StackOption, find_target
from pipeline.errors import ConfigurationError
from pipeline.items.outcome import Outcome
from processors.fallback.choose import mismatch, policy_for, steps_for, trigger_for
from processors.fallback.policy import Policies
from processors.fallback.rehearsal import Rehearsal
from sinks.clickhouse import connect, translated

app = typer.Typer()


@app.command()
def explain(
    about: Annotated[
        str,
        typer.Argument(
            metavar="SID|FILE",
            help="A message, attempt or verification, or a file with an outcome or Twilio's event.",
        ),
    ],
    policy: PolicyOption = None,
    stack: StackOption = None,
) -> None:
    """Say step by step what the policies do with a failure, and why.

    Nothing is sent. It is assumed that Twilio has nothing against a step and takes it at once,
    that no alert fires and no budget is used up.

    Example: twilio-pipeline fallback explain VE0123456789abcdef0123456789abcdef
    """
    source, policies = chosen_policies(policy)
    path = Path(about)
    outcomes = read_outcomes(path) if path.is_file() else _stored(about, stack)
    effect = "a dry run, nothing of this is sent" if policies.dry_run else "live"
    typer.echo(f"policies of {source}: {effect}")
    for told in (*_chosen(policies, outcomes[0]), *_acted(policies, outcomes)):
        typer.echo(told)


def _stored(sid: str, stack: Path | None) -> list[Outcome]:
    target = find_target(stack).clickhouse
    with connect(target) as client, translated(target):
        outcomes = outcomes_about(client, sid)
    if not outcomes:
        raise ConfigurationError(
            f"{sid}: no file, and no message or verification of which a failure is stored"
        )
    return outcomes


def _chosen(policies: Policies, outcome: Outcome) -> Iterator[str]:
    """Which policy is taken, and with which steps."""
    code = f"{outcome.error_code} ({outcome.error_class})" if outcome.error_code else ""
    facts = (outcome.kind, outcome.product, outcome.channel, outcome.country, code)
    yield f"{day(outcome.received_at)}  {outcome.subject_sid}  {' '.join(filter(None, facts))}"
    chosen = policy_for(policies, outcome)
    for policy in policies.policies:
        if policy is chosen:
            break
        yield f"policy {policy.name} is not for it: {mismatch(policy, outcome)}"
    if chosen is None:
        yield "no policy is for it: nothing is done"
        return
    trigger = trigger_for(outcome.kind, outcome.error_class)
    yield f"policy {chosen.name} is for it; its steps for {trigger}:"
    steps = steps_for(chosen, trigger)
    yield from (f"  {number}  {step_in_words(step)}" for number, step in enumerate(steps))
    if not steps:
        yield "  none"


def _acted(policies: Policies, outcomes: list[Outcome]) -> Iterator[str]:
    """What comes of it; the times count from the first outcome."""
    rehearsal = Rehearsal(msgspec.structs.replace(policies, dry_run=False))
    start = outcomes[0].received_at
    for number, outcome in enumerate(outcomes):
        yield from (line(step, start) for step in rehearsal.pass_until(outcome.received_at))
        if number:
            after = (outcome.received_at - start) / 1000
            yield f"{after:+9.1f} s  heard       {outcome.kind} {outcome.verification_status}"
        yield from (line(step, start) for step in rehearsal.hear(outcome))
    yield from (line(step, start) for step in rehearsal.finish())
