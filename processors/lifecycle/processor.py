"""The lifecycle processor: which topics it reads and emits, with which fold."""

from pipeline.settings import KafkaSettings, LifecycleSettings
from pipeline.topics import FUNNEL, OUTCOMES, RAW, WINDOWS
from processors.lifecycle.fold import LifecycleFold
from processors.lifecycle.messages.reading import read_messages
from processors.lifecycle.metrics import Metrics
from processors.lifecycle.observer import Observer
from processors.lifecycle.outcomes import Source
from processors.lifecycle.placement import Placement
from processors.lifecycle.rules import Rules
from processors.lifecycle.verify.reading import read_verify
from processors.lifecycle.voice.reading import read_voice
from processors.runtime.worker import Processor, run


def make_fold(topic: str, partition: int, rules: Rules, watch: Observer) -> LifecycleFold:
    """Make the fold of one source partition.

    A call may have asked for word of its end alone, so an end needs no start there.
    """
    needs_sent = Placement(needs_sent=rules.needs_sent)
    if topic == RAW["verify"]:
        source = Source("verify", topic, partition)
        return LifecycleFold(source, read_verify, needs_sent, rules, watch)
    if topic == RAW["voice"]:
        source, any_end = Source("voice", topic, partition), Placement(needs_sent=False)
        return LifecycleFold(source, read_voice, any_end, rules, watch)
    source = Source("messaging", topic, partition)
    return LifecycleFold(source, read_messages, needs_sent, rules, watch)


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


def rules_of(settings: LifecycleSettings) -> Rules:
    """Read the folds' rules from the settings."""
    return Rules(
        horizon_ms=settings.state_horizon_s * 1000,
        silence_ms={channel: 1000 * s for channel, s in settings.silence_s.items()},
        lifetime_ms=settings.verification_lifetime_s * 1000,
        cells=settings.cells_per_account,
        needs_sent=settings.sent_events,
    )


def run_lifecycle(settings: LifecycleSettings, kafka: KafkaSettings) -> None:
    """Run the lifecycle processor until SIGTERM or Ctrl-C."""
    run(processor(settings), kafka)
