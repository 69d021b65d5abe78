from importlib.resources import files
from pathlib import Path

import pytest
from msgspec import structs
from prometheus_client import REGISTRY
from pydantic import SecretStr

from pipeline.errors import ConfigurationError
from pipeline.settings import FallbackSettings, KafkaSettings, TwilioApiSettings, load
from pipeline.topics import ALERTS, FALLBACK_CONTROL, OUTCOMES, declared
from processors.fallback.metrics import Metrics
from processors.fallback.processor import can_sign_in, check_partitions, run_fallback
from processors.fallback.told import told_of_none
from tests.processors.fallback.world import outcome

DEFAULT = files("processors.fallback").joinpath("default.toml").read_text("utf-8")
DELAY_COUNT = "twilio_fallback_delay_seconds_count"


def test_its_topics_are_declared_with_one_partition() -> None:
    topics = {topic.name: topic.partitions for topic in declared(load(KafkaSettings))}
    check_partitions({name: topics[name] or 0 for name in (OUTCOMES, ALERTS, FALLBACK_CONTROL)})


def test_a_topic_with_more_partitions_is_refused() -> None:
    with pytest.raises(
        ConfigurationError, match=r"twilio\.outcomes to have one partition, it has 8"
    ):
        check_partitions({OUTCOMES: 8, ALERTS: 1})


def test_nobody_goes_live_without_credentials(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(DEFAULT.replace("dry_run = true", "dry_run = false"))
    settings = load(FallbackSettings, policy=file)
    with pytest.raises(ConfigurationError, match="TWILIO_PIPELINE_TWILIO_PASSWORD"):
        run_fallback(settings, load(TwilioApiSettings), load(KafkaSettings))
    one = load(TwilioApiSettings, accounts={"AC1": SecretStr("SK1:secret")})
    assert can_sign_in(one)


def test_what_is_told_is_counted() -> None:
    labels = {"state": "skipped", "action": "", "reason": "fraud"}
    watch = Metrics(lambda: True)
    before = REGISTRY.get_sample_value("twilio_fallback_told_total", labels) or 0
    watch.told(told_of_none(outcome(), "p", "fraud", dry_run=True))
    watch.stopped(is_stopped=True)
    watch.plans(3, 7)
    assert REGISTRY.get_sample_value("twilio_fallback_told_total", labels) == before + 1
    assert REGISTRY.get_sample_value("twilio_fallback_stopped") == 1
    assert REGISTRY.get_sample_value("twilio_fallback_pending") == 3
    assert REGISTRY.get_sample_value("twilio_fallback_timers") == 7
    assert REGISTRY.get_sample_value("twilio_fallback_dry_run") == 1


def test_the_delay_of_a_first_dispatch_is_measured() -> None:
    first = told_of_none(outcome(), "p", "", dry_run=False)
    watch = Metrics(lambda: False)
    before = REGISTRY.get_sample_value(DELAY_COUNT) or 0
    for step, state in ((0, "dispatched"), (0, "sent"), (1, "dispatched")):
        watch.told(structs.replace(first, step=step, state=state, at=first.heard_at + 400))
    assert REGISTRY.get_sample_value(DELAY_COUNT) == before + 1
