"""The fallback processor: which topics it reads and emits, with which folds and performer."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Final

import msgspec

from pipeline import metrics
from pipeline.errors import ConfigurationError
from pipeline.settings import FallbackSettings, KafkaSettings, TwilioApiSettings
from pipeline.topics import (
    ALERTS,
    FALLBACK,
    FALLBACK_CONTROL,
    OUTCOMES,
    ensure_topics,
    partition_counts,
)
from processors.fallback.errands import Reply
from processors.fallback.fold import FallbackFold
from processors.fallback.metrics import Metrics
from processors.fallback.overview import alerts_fold, control_fold
from processors.fallback.performing.assembly import performer
from processors.fallback.performing.performer import Performer
from processors.fallback.planner import Planner
from processors.fallback.policy_file import read_policies
from processors.fallback.policy_source import PolicySource
from processors.fallback.switchboard import Switchboard
from processors.runtime.deeds import Deed
from processors.runtime.fold import Fold
from processors.runtime.worker import Processor, run


class Lazily:
    """A performer made with the first deed: its connections belong to the worker's event loop."""

    def __init__(self, settings: FallbackSettings, twilio: TwilioApiSettings) -> None:
        self._make = partial(performer, settings, twilio)
        self._made: asyncio.Future[Performer] | None = None
        self._exits = AsyncExitStack()

    async def __call__(self, deed: Deed) -> Reply:
        """Perform a deed."""
        if self._made is None:
            self._made = asyncio.ensure_future(self._exits.enter_async_context(self._make()))
        return await (await asyncio.shield(self._made))(deed)


class Names(msgspec.Struct, frozen=True):
    """What its topics are called."""

    outcomes: str = OUTCOMES
    alerts: str = ALERTS
    control: str = FALLBACK_CONTROL
    told: str = FALLBACK

    @property
    def sources(self) -> tuple[str, ...]:
        """Of one partition each; they go to one worker, which knows all that its plans must."""
        return (self.outcomes, self.alerts, self.control)


_NAMES: Final = Names()


def processor(
    settings: FallbackSettings, twilio: TwilioApiSettings, names: Names = _NAMES
) -> Processor:
    """Describe the fallback processor to the runtime.

    ConfigurationError when the policy can't be used.
    """
    refused = metrics.FALLBACK_POLICY_REFUSED.inc
    policies = PolicySource(settings.policy, time.monotonic, refused)
    switchboard = Switchboard()
    switchboard.is_current = False  # until the fold that follows the orders says so
    watch = Metrics(lambda: policies.current().dry_run)

    def make_fold(topic: str, _partition: int) -> Fold:
        if topic == names.alerts:
            return alerts_fold(switchboard, watch)
        if topic == names.control:
            return control_fold(switchboard, watch)
        return FallbackFold(Planner(policies.current, switchboard), watch, names.told)

    return Processor(
        app_id=settings.app_id,
        sources=names.sources,
        emits=(names.told,),
        make_fold=make_fold,
        flush_interval_s=settings.flush_interval_s,
        flush_max_changes=settings.flush_max_changes,
        monitoring_host=settings.metrics_host,
        monitoring_port=settings.metrics_port,
        perform=Lazily(settings, twilio),
    )


def run_fallback(
    settings: FallbackSettings, twilio: TwilioApiSettings, kafka: KafkaSettings
) -> None:
    """Run the fallback processor until SIGTERM or Ctrl-C.

    ConfigurationError when what is set can't be used, before anything is read.
    """
    described = processor(settings, twilio)
    asyncio.run(_check(settings, twilio, kafka))
    run(described, kafka)


async def _check(
    settings: FallbackSettings, twilio: TwilioApiSettings, kafka: KafkaSettings
) -> None:
    async with performer(settings, twilio):
        pass
    if not read_policies(settings.policy).dry_run and not can_sign_in(twilio):
        raise ConfigurationError(
            "the policy is not a dry run, and nobody can sign in to Twilio: set "
            "TWILIO_PIPELINE_TWILIO_ACCOUNT_SID and TWILIO_PIPELINE_TWILIO_PASSWORD"
        )
    await ensure_topics(kafka)
    check_partitions(await partition_counts(kafka, _NAMES.sources))


def can_sign_in(twilio: TwilioApiSettings) -> bool:
    """Whether there are credentials of any account."""
    return bool(twilio.accounts or (twilio.account_sid and twilio.password.get_secret_value()))


def check_partitions(partitions: Mapping[str, int]) -> None:
    """ConfigurationError unless each source has one partition.

    A worker must see all that its budgets count, and the alerts and the stop that concern its
    plans: partitions of one number go to one worker, and a stop is in one partition only.
    """
    for topic, count in partitions.items():
        if count != 1:
            raise ConfigurationError(
                f"fallbacks need {topic} to have one partition, it has {count}: limits and "
                "`fallback stop` must hold over all of it; make the topic anew with one"
            )
