"""One broker on one data folder: what to prepare, what to run, and whether it answers."""

from __future__ import annotations

import base64
import os
import subprocess
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.kafka.jar_cache import kafka_class_path
from local.kafka.java import find_java
from local.kafka.properties import LOOPBACK, render, server_properties
from pipeline.errors import UnavailableError

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from local.kafka.security import Security

_JVM_OPTIONS = (
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
    "-Xshare:auto",
    "--enable-native-access=ALL-UNNAMED",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS",
)
_FORMAT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class KafkaServer:
    """A broker that keeps everything below `data_dir` and listens on two loopback ports.

    The ports may differ from one start to the next on the same folder.
    """

    data_dir: Path
    port: int
    controller_port: int
    security: Security | None = field(default=None, kw_only=True)

    @property
    def bootstrap(self) -> str:
        """What clients are given."""
        return f"{LOOPBACK}:{self.port}"

    def prepare(self, stopped: threading.Event | None = None) -> tuple[str, ...]:
        """Fetch the jars, write the configuration, format a new folder; return what to run.

        Blocks: some seconds when the jars must come first, less once `stopped` is set.
        Raises PipelineError.
        """
        jvm = self._jvm(stopped)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        values = server_properties(self._log_dir, self.port, self.controller_port)
        if self.security:
            values |= self.security.properties(LOOPBACK, self.port, self.controller_port)
        self._properties.write_text(render(values), encoding="utf-8")
        if not (self._log_dir / "meta.properties").exists():
            self._format(jvm)
        return (*jvm, "kafka.Kafka", str(self._properties))

    @property
    def _properties(self) -> Path:
        return self.data_dir / "server.properties"

    @property
    def _log_dir(self) -> Path:
        return self.data_dir / "logs"

    def _jvm(self, stopped: threading.Event | None) -> tuple[str, ...]:
        class_path = os.pathsep.join(str(jar) for jar in kafka_class_path(stopped))
        return (str(find_java()), *_JVM_OPTIONS, "-cp", class_path)

    def _format(self, jvm: tuple[str, ...]) -> None:
        arguments = ("format", "--cluster-id", new_cluster_id(), "--config", str(self._properties))
        users = self.security.format_arguments() if self.security else ()
        done = subprocess.run(  # noqa: S603  (our own Java and jars)
            [*jvm, "kafka.tools.StorageTool", *arguments, *users, "--ignore-formatted"],
            capture_output=True,
            text=True,
            timeout=_FORMAT_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).split())[-300:]
            raise UnavailableError(f"Kafka can't use {self.data_dir}: {said}")


def new_cluster_id() -> str:
    """Make an id as Kafka writes them, but never one that its tool would take for an option."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")
