"""The one declaration of topics, and the commands that make and compare them."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from pipeline.cli.topics.declaration import declaration
from pipeline.cli.topics.every import changelogs
from pipeline.settings import KafkaSettings, RetentionSettings, load
from pipeline.topics import declared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.topics import Topic

FILE = Path(__file__).parents[2] / "deploy" / "topics.yaml"


def by_default() -> Sequence[Topic]:
    kafka, kept = KafkaSettings.model_construct(), RetentionSettings.model_construct()
    return *declared(kafka, kept), *changelogs()


def test_the_declaration_is_current() -> None:
    assert FILE.read_text("utf-8") == declaration(by_default()), "run `make docs`"


def test_it_says_of_each_topic_what_kafka_is_told() -> None:
    topics = yaml.safe_load(declaration(by_default()))["topics"]
    found = {each["name"]: each for each in topics}
    assert len(found) == len(topics) == len(by_default())
    assert found["twilio.messaging"]["partitions"] is None
    assert found["twilio.messaging"]["config"] == {
        "cleanup.policy": "delete",
        "retention.ms": "604800000",
        "max.message.bytes": "16777216",
    }
    assert found["twilio.outcomes"]["partitions"] == 1
    assert found["twilio-lifecycle-state-changelog"]["config"]["cleanup.policy"] == "compact"


def test_missing_topics_are_made_and_compared(
    kafka: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app_id = uuid.uuid4().hex
    changelog = f"{app_id}-state-changelog"
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("TWILIO_PIPELINE_LIFECYCLE_APP_ID", app_id)
    assert run(["topics", "check"]) == Exit.DIFFERENT
    assert f"DIFFERS {changelog} is missing" in capsys.readouterr().out.splitlines()
    assert run(["topics", "create"]) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert f"created topic {changelog}" in lines
    assert lines[-1] == f"{len(by_default())} topics are there"
    run(["topics", "check"])
    assert "is missing" not in capsys.readouterr().out


def test_what_differs_is_named(
    kafka: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", kafka)
    assert run(["topics", "create"]) == Exit.OK
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_REPLICATION_FACTOR", "3")
    monkeypatch.setenv("TWILIO_PIPELINE_RETENTION_QUARANTINE_DAYS", "8")
    assert run(["topics", "check"]) == Exit.DIFFERENT
    lines = capsys.readouterr().out.splitlines()
    assert "DIFFERS twilio.alerts: replication factor is 1, should be 3" in lines
    assert "DIFFERS twilio.alerts: min.insync.replicas is 1, should be 2" in lines
    assert ("DIFFERS twilio.quarantine: retention.ms is 604800000, should be 691200000") in lines


def test_the_list_needs_no_kafka(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["topics", "list"]) == Exit.OK
    (outcomes,) = [
        line for line in capsys.readouterr().out.splitlines() if line.startswith("twilio.outcomes ")
    ]
    assert outcomes.split()[1:4] == ["1", "7", "d"]


@pytest.mark.parametrize(("copies", "insync"), [(1, 1), (2, 1), (3, 2)])
def test_one_broker_may_be_away(copies: int, insync: int) -> None:
    assert load(KafkaSettings, replication_factor=copies).insync_replicas == insync


def test_no_more_in_sync_copies_than_copies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_MIN_INSYNC_REPLICAS", "2")
    assert run(["topics", "list"]) == Exit.USAGE
    assert "set TWILIO_PIPELINE_KAFKA_MIN_INSYNC_REPLICAS" in capsys.readouterr().err
