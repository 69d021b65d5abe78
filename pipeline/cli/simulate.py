"""``twilio-pipeline simulate``: Twilio's traffic against a local stack."""

import asyncio
from pathlib import Path
from time import time
from typing import Annotated

import typer

from local.simulator.backoff import Backoff
from local.simulator.progress import report_progress
from local.simulator.run import Run
from local.simulator.scenario import SCENARIOS, ScenarioName
from local.simulator.traffic import Plan
from local.simulator.webhook import Webhook
from pipeline.cli.exits import Exit
from pipeline.cli.target import StackOption, find_target
from pipeline.errors import ConfigurationError
from pipeline.settings import IngestSettings, load

app = typer.Typer()


@app.command()
def simulate(  # noqa: PLR0913, PLR0917  (each is an option)
    stack: StackOption = None,
    ingest: Annotated[
        str,
        typer.Option(
            help="Post to this URL instead of a stack's, signed with the first token and the "
            "public URL of TWILIO_PIPELINE_INGEST_...",
        ),
    ] = "",
    messages: Annotated[int, typer.Option(min=1, help="How many messages to send.")] = 1_000,
    rate: Annotated[float, typer.Option(min=0.1, help="Messages a second.")] = 100.0,
    seed: Annotated[int, typer.Option(help="The same seed behaves the same.")] = 1,
    scenario: Annotated[
        ScenarioName,
        typer.Option(help="`steady`, or `outage`: one country fails in the middle third."),
    ] = "steady",
    truth: Annotated[
        Path, typer.Option(help="Where to write what must be found afterwards (NDJSON).")
    ] = Path("truth.ndjson"),
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds to keep posting a request that is not taken.")
    ] = 300.0,
) -> None:
    """Send signed Twilio traffic to an ingress and write down the truth about it.

    Lifecycles arrive out of order, some events twice, some late. Requests that are answered with
    429 or 5xx, or not at all, are sent again as Twilio would; other refusals lose their events.
    Exits with 1 when the webhook did not take everything.

    Example: twilio-pipeline simulate --stack DIR/stack.json --messages 5000 --rate 200
    --seed 7 --scenario outage --truth truth.ndjson
    """
    plan = Plan(
        seed=seed,
        messages=messages,
        rate=rate,
        scenario=SCENARIOS[scenario],
        start=int(time() * 1_000),
    )
    webhook = _configured(ingest) if ingest else _of_stack(stack)
    run = Run(plan, webhook, truth, Backoff(patience_s=patience))
    tally = asyncio.run(report_progress(run))
    typer.echo(tally.describe())
    if not tally.complete:
        raise typer.Exit(Exit.DIFFERENT)


def _of_stack(file: Path | None) -> Webhook:
    stack = find_target(file).stack
    if stack is None:
        raise ConfigurationError(
            "name the stack to send to with --stack DIR/stack.json, or an ingress with --ingest URL"
        )
    return Webhook(stack.ingest, stack.public_url, stack.auth_token)


def _configured(url: str) -> Webhook:
    settings = load(IngestSettings)
    if not settings.tokens:
        raise ConfigurationError("set TWILIO_PIPELINE_INGEST_AUTH_TOKENS: requests are signed")
    return Webhook(url, settings.public_url, settings.tokens[0].rpartition(":")[2])
