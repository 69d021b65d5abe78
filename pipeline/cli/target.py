"""Which running pipeline a command speaks to: a local stack, or the one the environment names."""

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from local.stack_file import StackFile, last_stack, read_stack_file
from pipeline.errors import ConfigurationError
from pipeline.settings import ClickHouseSettings, KafkaSettings, load
from pipeline.settings.kafka_connection import UNSECURED

StackOption = Annotated[
    Path | None,
    typer.Option(
        "--stack",
        help="DIR/stack.json of a local stack; else the environment's settings, "
        "else the stack started last.",
    ),
]


class Target(msgspec.Struct, frozen=True):
    """Where Kafka and ClickHouse are; ``stack`` is None when the environment named them."""

    kafka: KafkaSettings
    clickhouse: ClickHouseSettings
    stack: StackFile | None = None


def find_target(stack: Path | None) -> Target:
    """Resolve ``--stack``; ConfigurationError says how to name a target when there is none."""
    if stack is None and _environment_names_one():
        return Target(load(KafkaSettings), load(ClickHouseSettings))
    file = stack or last_stack()
    if file is None:
        raise ConfigurationError(
            "no stack is known here: start one with `twilio-pipeline up --data DIR`, "
            "or name one with --stack DIR/stack.json"
        )
    return _of_stack(read_stack_file(file))


def find_kafka(stack: Path | None) -> KafkaSettings:
    """Resolve ``--stack`` for what needs Kafka alone: its address in the environment will do."""
    if stack is None and "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS" in os.environ:
        return load(KafkaSettings)
    return find_target(stack).kafka


def _of_stack(stack: StackFile) -> Target:
    return Target(
        load(KafkaSettings, bootstrap_servers=stack.kafka, **UNSECURED),
        load(ClickHouseSettings, url=stack.clickhouse),
        stack,
    )


def _environment_names_one() -> bool:
    return "TWILIO_PIPELINE_CLICKHOUSE_URL" in os.environ
