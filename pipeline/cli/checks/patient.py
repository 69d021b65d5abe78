"""Whose configuration is looked at: the environment's, or that of a local stack."""

import os
from pathlib import Path
from typing import Final

import msgspec

from local.stack_file import last_stack
from pipeline.cli.administrator import Administrator, find_administrator
from pipeline.cli.target import Target
from pipeline.settings import (
    ClickHouseSettings,
    IngestSettings,
    KafkaSettings,
    PrivacySettings,
    SpoolSettings,
    load,
)

_NAMED: Final = (
    "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS",
    "TWILIO_PIPELINE_CLICKHOUSE_URL",
    "TWILIO_PIPELINE_INGEST_PUBLIC_URL",
)


class Patient(msgspec.Struct, frozen=True):
    """Gives settings when asked, so that one that can't be used spoils only its own checks."""

    stack: Administrator | None = None
    folder: Path | None = None

    @property
    def _target(self) -> Target | None:
        return self.stack.target if self.stack else None

    def kafka(self) -> KafkaSettings:
        """Where Kafka is."""
        return self._target.kafka if self._target else load(KafkaSettings)

    def clickhouse(self) -> ClickHouseSettings:
        """Where ClickHouse is."""
        return self.stack.clickhouse if self.stack else load(ClickHouseSettings)

    def privacy(self) -> PrivacySettings:
        """The key of the hashes."""
        return self.stack.privacy() if self.stack else load(PrivacySettings)

    def ingest(self) -> IngestSettings:
        """What the ingress is told."""
        file = self._target.stack if self._target else None
        if file is None:
            return load(IngestSettings)
        return load(IngestSettings, public_url=file.public_url, auth_tokens=file.auth_token)

    def spool(self) -> SpoolSettings:
        """Where the spool is."""
        if self.folder is None:
            return load(SpoolSettings)
        return load(SpoolSettings, directory=str(self.folder / "spool"))

    def post_url(self, given: str) -> str:
        """Where the ingress is posted to."""
        file = self._target.stack if self._target else None
        return given or (file.ingest if file else self.ingest().public_url)


def find_patient(stack: Path | None) -> Patient:
    """Resolve ``--stack``; ConfigurationError when neither a stack nor a variable names anything.

    Without it any of the three variables that name a place makes it the environment's.
    """
    if stack is None and any(os.environ.get(name) for name in _NAMED):
        return Patient()
    administrator = find_administrator(stack)
    file = stack or last_stack()
    folder = file.parent if file and file.suffix == ".json" else file
    return Patient(administrator, folder)
