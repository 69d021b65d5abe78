"""The lifecycle processor: which topics it reads and emits, with which fold."""

from pipeline import metrics
from pipeline.settings import KafkaSettings, LifecycleSettings
from pipeline.topics import RAW, WINDOWS
from processors.lifecycle.fold import FOLDED, LifecycleFold
from processors.runtime.worker import Processor, run


def processor(settings: LifecycleSettings) -> Processor:
    """Describe the lifecycle processor to the runtime."""

    def observe(reason: str, events: int) -> None:
        if reason == FOLDED:
            metrics.PROCESSOR_EVENTS.labels(settings.app_id).inc(events)
        else:
            metrics.PROCESSOR_IGNORED.labels(settings.app_id, reason).inc(events)

    return Processor(
        app_id=settings.app_id,
        sources=(RAW["messaging"],),
        emits=(WINDOWS,),
        make_fold=lambda topic, partition: LifecycleFold(
            topic, partition, settings.state_horizon_s * 1000, observe
        ),
        flush_interval_s=settings.flush_interval_s,
        flush_max_changes=settings.flush_max_changes,
        monitoring_host=settings.metrics_host,
        monitoring_port=settings.metrics_port,
    )


def run_lifecycle(settings: LifecycleSettings, kafka: KafkaSettings) -> None:
    """Run the lifecycle processor until SIGTERM or Ctrl-C."""
    run(processor(settings), kafka)
