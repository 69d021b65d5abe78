"""What Kafka and ClickHouse are given, tried on the real ones."""

from __future__ import annotations

import re
import stat
import subprocess
from hashlib import sha256
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import yaml

from local.kafka.properties import render, server_properties
from local.kafka.server import KafkaServer
from local.ports import free_ports
from tests.deploy.compose.compose_file import (
    CONFIGURATION,
    MAKE_SECRETS,
    REPOSITORY,
    properties,
    services,
)
from tests.sinks.bare_engine import answers

if TYPE_CHECKING:
    from pathlib import Path


def make_secrets(folder: Path, **environment: str) -> str:
    ran = subprocess.run(  # noqa: S603  (the script under test)
        [MAKE_SECRETS, folder],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_kafka_takes_the_properties_and_the_cluster_id(tmp_path: Path) -> None:
    port, controller = free_ports(2)
    data = tmp_path / "logs"
    data.mkdir()
    (data / "meta.properties").touch()  # so that nothing else formats it
    java = KafkaServer(tmp_path, port, controller).prepare()[:-2]
    (data / "meta.properties").unlink()
    given = properties() | {"log.dirs": str(data)}
    (tmp_path / "server.properties").write_text(render(given), "utf-8")
    told = format_data([*java, "kafka.tools.StorageTool"], tmp_path / "server.properties")
    assert "ERROR" not in told
    assert f"cluster.id={cluster_id()}" in (data / "meta.properties").read_text("utf-8")


def test_the_broker_is_told_no_more_than_the_one_that_the_tests_use() -> None:
    local = server_properties(REPOSITORY, 1, 2)
    given = properties()
    assert given.keys() <= local.keys()
    alike = given.keys() - {"listeners", "advertised.listeners", "controller.quorum.voters"}
    assert {name: given[name] for name in alike - {"log.dirs"}} == {
        name: local[name] for name in alike - {"log.dirs"}
    }
    assert given["advertised.listeners"] == "PLAINTEXT://kafka:9092"


def cluster_id() -> str:
    (command,) = services()["kafka"]["command"]
    (found,) = re.findall(r"--cluster-id (\S+)", command)
    return str(found)


def format_data(tool: list[str], file: Path) -> str:
    ran = subprocess.run(  # noqa: S603  (our own Java and jars)
        [*tool, "format", "--cluster-id", cluster_id(), "--config", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_kafka_logs_to_the_console() -> None:
    text = (CONFIGURATION / "kafka" / "log4j2.yaml").read_text("utf-8")
    assert list(yaml.safe_load(text)["Configuration"]["Appenders"]) == ["Console"]


def test_the_engine_takes_its_configuration(tmp_path: Path) -> None:
    text = (CONFIGURATION / "clickhouse" / "server.xml").read_text("utf-8")
    merged = re.sub(r"<\w+ remove=.remove./>", "", text)  # as the server does with config.d
    configuration = merged.replace("/var/lib/clickhouse/", f"{tmp_path}/")
    told = answers(
        tmp_path,
        configuration,
        [
            "SELECT value FROM system.server_settings WHERE name = 'mark_cache_size'",
            "SELECT value FROM system.server_settings WHERE name LIKE 'max_server%_ram_ratio'",
            "SELECT type FROM system.disks WHERE name = 'backups'",
        ],
    )
    assert told == ["268435456", "0.8", "Local"]


def test_secrets_are_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = make_secrets(folder, TWILIO_AUTH_TOKEN="from-twilio")
    assert made.count("made ") == len(list(folder.iterdir())) - 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert make_secrets(folder) == ""
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert before["ingest_auth_tokens"] == b"from-twilio\n"
    assert before.pop("twilio_api_password") == b"from-twilio\n"
    assert all(re.fullmatch(rb"[0-9a-f]{64}", before[name]) for name in before if _random(name))
    assert len(set(before.values())) == len(before)


def _random(name: str) -> bool:
    return name.endswith(("_password", "_key"))


@pytest.mark.parametrize("user", ["administrator", "writer", "analyst"])
def test_clickhouse_knows_passwords_by_their_hash_and_follows_a_change(
    user: str, tmp_path: Path
) -> None:
    make_secrets(tmp_path)
    (tmp_path / f"clickhouse_{user}_password").write_text("another one\n", "utf-8")
    make_secrets(tmp_path)
    administrator = ET.parse(tmp_path / "clickhouse_administrator.xml")  # noqa: S314  (our own)
    known = administrator.findtext(".//administrator/password_sha256_hex", "")
    known += (tmp_path / "clickhouse_users.sql").read_text("utf-8")
    assert sha256(b"another one").hexdigest() in known


def test_the_engine_understands_how_users_are_made(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")
    text = (tmp_path / "secrets" / "clickhouse_users.sql").read_text("utf-8")
    made = [line.rstrip(";") for line in text.splitlines()]
    told = answers(tmp_path, "<clickhouse/>", [f"EXPLAIN AST {line}" for line in made])
    assert [each.partition(" ")[0] for each in told] == ["CreateUserQuery"] * 2
