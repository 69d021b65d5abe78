"""The notifier: which topic it reads and emits, with which fold and performer."""

import time

from pipeline.settings import KafkaSettings, NotifierSettings
from pipeline.topics import ALERT_DELIVERIES, ALERTS
from processors.notifier.config_file import ConfigFile
from processors.notifier.fold import NotifierFold
from processors.notifier.outbox import Limits
from processors.notifier.performer import Sender
from processors.notifier.watch import Metrics
from processors.runtime.worker import Processor, run

_FLUSH_MAX_CHANGES = 1_000


def processor(
    settings: NotifierSettings, alerts: str = ALERTS, deliveries: str = ALERT_DELIVERIES
) -> Processor:
    """Describe the notifier to the runtime; ConfigurationError when its file can't be used."""
    file = ConfigFile(settings.config, time.monotonic)
    limits = Limits(
        max_attempts=settings.max_attempts,
        max_age_ms=int(settings.max_age_hours * 3_600_000),
        group_ms=settings.group_notices_s * 1000,
    )
    watch = Metrics(time.time)
    return Processor(
        app_id=settings.app_id,
        sources=(alerts,),
        emits=(deliveries,),
        make_fold=lambda *_: NotifierFold(deliveries, file.current, limits, watch),
        flush_interval_s=settings.flush_interval_s,
        flush_max_changes=_FLUSH_MAX_CHANGES,
        monitoring_host=settings.metrics_host,
        monitoring_port=settings.metrics_port,
        perform=Sender(file.current).perform,
    )


def run_notifier(settings: NotifierSettings, kafka: KafkaSettings) -> None:
    """Run the notifier until SIGTERM or Ctrl-C."""
    run(processor(settings), kafka)
