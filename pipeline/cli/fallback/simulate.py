"""``twilio-pipeline fallback simulate``: what policies would have done in the past."""

from collections.abc import Callable, Iterable, Iterator

import msgspec
import typer

from pipeline.cli.fallback.policies import PolicyOption, chosen_policies
from pipeline.cli.fallback.stored import outcomes_between
from pipeline.cli.fallback.summary import Summary
from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption, find_target
from pipeline.errors import ConfigurationError
from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from pipeline.settings import ClickHouseSettings, LifecycleSettings, load
from processors.fallback.errands import Errand
from processors.fallback.policy import Policies
from processors.fallback.rehearsal import Rehearsal
from processors.fallback.told import channel_of
from sinks.clickhouse import connect, translated

app = typer.Typer()


@app.command()
def simulate(
    start: str = typer.Option(..., "--from", help="First day or time (UTC)."),
    end: str = typer.Option(..., "--to", help="Day or time (UTC) before which it ends."),
    policy: PolicyOption = None,
    stack: StackOption = None,
) -> None:
    """Run policies over stored outcomes, and count what they would have sent, and what not and why.

    Nothing is sent. A plan ends where its verification or message is stored to have ended or
    arrived. Whether a step would have been answered nobody knows: none is taken to be, so after
    the time in which silence is told the policy's next one follows, and is counted apart as one
    that could have been sent. Every contact counts as known and consenting, no alert fires, and
    budgets by prefix don't count, for numbers are stored as hashes.
    The same outcomes and policies give the same counts.

    Example: twilio-pipeline fallback simulate --from 2026-11-01 --to 2026-11-08 --policy new.toml
    """
    first, last = moment(start, "--from"), moment(end, "--to")
    if first >= last:
        raise ConfigurationError("--from must be before --to")
    span = (int(first.timestamp() * 1000), int(last.timestamp() * 1000))
    source, chosen = chosen_policies(policy)
    policies = msgspec.structs.replace(chosen, dry_run=False)
    summary = Summary()
    for told in _played(find_target(stack).clickhouse, policies, span, summary):
        summary.add(told)
    typer.echo(f"policies of {source}, {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC")
    for line in summary.lines():
        typer.echo(line)


def _played(
    clickhouse: ClickHouseSettings, policies: Policies, span: tuple[int, int], summary: Summary
) -> Iterator[FallbackStep]:
    rehearsal = Rehearsal(policies, _silence_of(load(LifecycleSettings)))
    with connect(clickhouse) as client, translated(clickhouse):
        for outcome in _counted(outcomes_between(client, *span), summary):
            yield from rehearsal.hear(outcome)
    yield from rehearsal.finish()


def _silence_of(settings: LifecycleSettings) -> Callable[[Errand], int]:
    """After how many milliseconds a step's channel counts as silent at the latest."""

    def silence_ms(errand: Errand) -> int:
        waits = settings.verify_silence_s if errand.product == "verify" else settings.silence_s
        channel = channel_of(errand.channel, errand.step)
        return 1000 * waits.get(channel, waits.get("other", 0))

    return silence_ms


def _counted(outcomes: Iterable[Outcome], summary: Summary) -> Iterator[Outcome]:
    for outcome in outcomes:
        summary.heard(outcome)
        yield outcome
