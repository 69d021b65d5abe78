"""The demo from start to end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, time
from typing import TYPE_CHECKING, Final

from local.demo.closing import clean, print_console, print_next_steps, print_verdict
from local.demo.fallback_reader import listening
from local.demo.fallbacks import Fallbacks
from local.demo.live import environment, follow, open_accounts
from local.demo.reader import SnapshotReader
from local.demo.show import shown
from local.demo.stage import Stage
from local.simulator.run import Run
from local.simulator.scenario import SCENARIOS
from local.simulator.timing import Timing
from local.simulator.traffic import Plan, accounts_of
from local.simulator.webhook import Webhook
from local.stack import Stack
from local.supervisor.signals import ended_by_signals
from local.truth.check import check_settled
from local.truth.truth import read_truth
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from pipeline.analyst import connect_analyst
from pipeline.lag import connect_lag_reader
from pipeline.settings import ClickHouseSettings, KafkaSettings, load
from pipeline.settings.kafka_connection import UNSECURED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from local.truth.comparison import Comparison
    from local.truth.verdict import Verdict
    from pipeline.analyst import Analyst

#: About a minute of traffic: 48 s of sending and the receipts that follow.
MESSAGES: Final = 9_600
_RATE: Final = 200.0
_TIMING: Final = Timing(
    receipt_max_ms=6_000, late_ms=(5_000, 8_000), held_ms=(300, 2_000), repeat_ms=(200, 3_000)
)
_SETTLE_S: Final = 60.0
_LOOK_S: Final = 0.2
#: How long after the last thing that happened nothing more is waited for.
_LINGER_S: Final = 2.0


async def run_demo(
    console: Console, data: Path | None, *, once: bool, messages: int = MESSAGES
) -> bool | None:
    """Run everything; True when what is stored equals what was sent, None when ended before.

    Without ``once`` the stack keeps running after the verdict until Ctrl-C or SIGTERM.
    Raises PipelineError when the stack does not come up.
    """
    good: bool | None = None
    with _folder(data) as folder, ended_by_signals():
        console.print(
            f"Starting Kafka, ClickHouse, ingress, processors and sink in {folder}",
            highlight=False,
            soft_wrap=True,
        )
        begin, twilio, plan = monotonic(), Twilio(), _plan(messages)
        open_accounts(twilio, plan)
        async with (
            serving(twilio) as address,
            Stack(folder, environment(plan, address, folder)) as stack,
        ):
            console.print(f"Ready after {monotonic() - begin:.1f} s", highlight=False)
            print_console(console, stack)
            plan = replace(plan, start=int(time() * 1_000))
            run = Run(plan, _webhook(stack), folder / "truth.ndjson", linger_s=_LINGER_S)
            follow(twilio, run)
            good = await _watch(console, stack, run, twilio)
            if not once:
                print_next_steps(console, stack)
                await asyncio.Event().wait()
    return good


async def _watch(console: Console, stack: Stack, run: Run, twilio: Twilio) -> bool:
    accounts = [account.sid for account in accounts_of(run.plan)]
    fallbacks = Fallbacks(frozenset(accounts))
    stage = Stage(run, run.plan.start, fallbacks=fallbacks)
    async with AsyncExitStack() as exits:
        analyst = await exits.enter_async_context(
            connect_analyst(load(ClickHouseSettings, url=stack.info.clickhouse))
        )
        lags = await exits.enter_async_context(
            connect_lag_reader(load(KafkaSettings, bootstrap_servers=stack.info.kafka, **UNSECURED))
        )
        await exits.enter_async_context(listening(stack.info.kafka, fallbacks.hear))
        reader = SnapshotReader(analyst, lags, accounts, run.plan.start)
        async with shown(console, stage, reader):
            verdict = await _send_and_compare(stage, analyst, twilio)
        print_verdict(console, run.tally, verdict)
        return clean(run.tally, verdict)


async def _send_and_compare(stage: Stage, analyst: Analyst, twilio: Twilio) -> Verdict:
    await stage.run.execute()
    stage.phase = "comparing"
    verdict = await check_settled(analyst, read_truth(stage.run.truth_file), _SETTLE_S)
    compared = await _fallbacks_settled(stage.fallbacks, twilio)
    stage.phase = "done"
    return replace(verdict, others=(*verdict.others, compared))


async def _fallbacks_settled(fallbacks: Fallbacks, twilio: Twilio) -> Comparison:
    """Compare until what is under way has been told, or time is up."""
    deadline = monotonic() + _SETTLE_S
    while True:
        compared = fallbacks.compared(twilio.journal.effects)
        if compared.clean or monotonic() >= deadline:
            return compared
        await asyncio.sleep(_LOOK_S)


def _plan(messages: int) -> Plan:
    """What is sent; it starts when the stack is up, but its accounts are known before."""
    now = int(time() * 1_000)
    return Plan(
        seed=1,
        messages=messages,
        rate=_RATE,
        scenario=SCENARIOS["outage"],
        start=now,
        identity=now,
        timing=_TIMING,
    )


def _webhook(stack: Stack) -> Webhook:
    info = stack.info
    return Webhook(info.ingest, info.public_url, info.auth_token)


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """The user's folder, or a fresh one that goes with the demo."""
    if data is not None:
        yield data
        return
    with TemporaryDirectory(prefix="twilio-pipeline-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
