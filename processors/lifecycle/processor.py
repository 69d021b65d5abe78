"""The lifecycle processor: which topics it reads and emits, with which fold."""

from pipeline.settings import KafkaSettings, LifecycleSettings
from pipeline.topics import FUNNEL, OUTCOMES, RAW, WINDOWS
from processors.lifecycle.folds import make_fold
from processors.lifecycle.metrics import Metrics
from processors.lifecycle.rules import rules_of
from processors.runtime.worker import Processor, run


def processor(settings: LifecycleSettings) -> Processor:
    """Describe the lifecycle processor to the runtime."""
    rules, watch = rules_of(settings), Metrics(settings.app_id)
    return Processor(
        app_id=settings.app_id,
        sources=(RAW["messaging"], RAW["verify"], RAW["voice"]),
        emits=(WINDOWS, FUNNEL, OUTCOMES),
        make_fold=lambda topic, partition: make_fold(topic, partition, rules, watch),
        flush_interval_s=settings.flush_interval_s,
        flush_max_changes=settings.flush_max_changes,
        monitoring_host=settings.metrics_host,
        monitoring_port=settings.metrics_port,
    )


def run_lifecycle(settings: LifecycleSettings, kafka: KafkaSettings) -> None:
    """Run the lifecycle processor until SIGTERM or Ctrl-C."""
    run(processor(settings), kafka)
