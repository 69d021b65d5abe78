"""The alerts processor: detection over the cells of windows and of the Verify funnel."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

import msgspec

from pipeline.settings import AlertsSettings, KafkaSettings
from pipeline.topics import ALERTS, FUNNEL, WINDOWS, ensure_topics, partition_counts
from processors.alerts.config import Config, read_config
from processors.alerts.fold import AlertsFold, Setup
from processors.alerts.metrics import Metrics
from processors.alerts.reading import reader_of
from processors.alerts.settings import Tuning
from processors.runtime.worker import Processor, run

#: Parts of the budgets: deliveries are where nearly all changes happen.
SHARES: Final = {WINDOWS: 0.9, FUNNEL: 0.1}


def config_of(settings: AlertsSettings) -> Config:
    """Read the configuration over the tuning that the settings tell."""
    tuning = Tuning(
        false_pages_a_month=settings.false_pages_a_month,
        false_tickets_a_month=settings.false_tickets_a_month,
        max_leaves=settings.max_slices,
    )
    return read_config(settings.config, tuning)


def share_of(config: Config, topic: str, partitions: int) -> Config:
    """Give one partition of a topic its part of the budgets."""
    tuning, part = config.tuning, SHARES[topic] / partitions
    tuning = msgspec.structs.replace(
        tuning,
        false_pages_a_month=tuning.false_pages_a_month * part,
        false_tickets_a_month=tuning.false_tickets_a_month * part,
    )
    return msgspec.structs.replace(config, tuning=tuning)


def processor(settings: AlertsSettings, partitions: Mapping[str, int]) -> Processor:
    """Describe the alerts processor to the runtime; ``partitions`` counts those of its sources."""
    config, watch = config_of(settings), Metrics()

    def make_fold(topic: str, _partition: int) -> AlertsFold:
        own = share_of(config, topic, partitions[topic])
        setup = Setup(own, settings.lag_s, settings.history_s, time.time, watch)
        return AlertsFold(topic, reader_of(topic), setup)

    return Processor(
        app_id=settings.app_id,
        sources=(WINDOWS, FUNNEL),
        emits=(ALERTS,),
        make_fold=make_fold,
        flush_interval_s=settings.flush_interval_s,
        flush_max_changes=settings.flush_max_changes,
        monitoring_host=settings.metrics_host,
        monitoring_port=settings.metrics_port,
    )


def run_alerts(settings: AlertsSettings, kafka: KafkaSettings) -> None:
    """Run the alerts processor until SIGTERM or Ctrl-C."""
    run(processor(settings, asyncio.run(_partitions(kafka))), kafka)


async def _partitions(kafka: KafkaSettings) -> dict[str, int]:
    await ensure_topics(kafka)
    return await partition_counts(kafka, SHARES)
