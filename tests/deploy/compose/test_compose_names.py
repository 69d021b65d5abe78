"""Every command, variable, secret and port that the file names exists in the code."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import typer
import yaml

from pipeline.cli.main import COMMANDS, GROUPS, program
from pipeline.settings import ALL, load
from pipeline.settings.base import SECRETS_DIR_VARIABLE
from pipeline.tracing import is_wanted
from tests.deploy.compose.compose_file import (
    REPOSITORY,
    compose,
    default,
    parts,
    secret_targets,
    services,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.compose.compose_file import Service

PREFIX = "TWILIO_PIPELINE_"
EVERY_PART = pytest.mark.parametrize("name", parts().keys())
#: Which settings say where a part's health is asked for.
HEALTH = {name: f"{name.upper()}_METRICS" for name in services() if name != "ingest"}
HEALTH["ingest"] = "INGEST"


def variables() -> set[str]:
    """Every variable of the settings classes."""
    return {
        f"{kind.model_config.get('env_prefix', '')}{field}".upper()
        for kind in ALL
        for field in kind.model_fields
    }


def words(service: Service) -> list[str]:
    """The product's command line, also of a job that wraps it in a shell."""
    command: list[str] = service["command"]
    if "entrypoint" in service:
        command = re.sub(r"^exec twilio-pipeline | <.*$", "", command[0]).split()
    return command


def health_port(service: Service) -> str:
    return str(service["healthcheck"]["test"][-1])


@EVERY_PART
def test_its_command_exists_and_takes_its_options(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in parts()[name]["environment"].items():
        monkeypatch.setenv(variable, str(value))
    command: Any = typer.main.get_command(program())
    rest = words(parts()[name])
    assert rest[0] in (*COMMANDS, *GROUPS)
    while hasattr(command, "commands") and rest:
        command = command.commands[rest[0]]
        rest = rest[1:]
    command.make_context(name, [*rest])


@EVERY_PART
def test_its_variables_exist(name: str) -> None:
    given = {each for each in parts()[name].get("environment", {}) if each.startswith(PREFIX)}
    secrets = {target.upper() for target in secret_targets(parts()[name]) if "/" not in target}
    ours = {each for each in secrets if each.startswith(PREFIX)}
    assert given | ours <= variables() | {SECRETS_DIR_VARIABLE}


@EVERY_PART
def test_its_settings_can_be_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = parts()[name]
    environment = {
        key: default(str(value)) for key, value in service.get("environment", {}).items()
    }
    environment[SECRETS_DIR_VARIABLE] = str(tmp_path)
    for target in secret_targets(service):
        (tmp_path / target).write_text("0123456789abcdef" * 4, "utf-8")
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    named = {*environment, *(target.upper() for target in secret_targets(service))}
    used = [kind for kind in ALL if any(map(_of(kind), named))]
    assert [load(kind) for kind in used]


def _of(kind: Any) -> Any:  # noqa: ANN401  (a settings class, and a test of a name)
    prefix = kind.model_config.get("env_prefix", "")
    fields = {f"{prefix}{field}".upper() for field in kind.model_fields}
    return fields.__contains__


@EVERY_PART
def test_its_health_is_asked_for_where_it_tells_it(name: str) -> None:
    service = parts()[name]
    if "healthcheck" not in service:
        return
    prefix = f"{PREFIX}{HEALTH[name]}_"
    assert service["healthcheck"]["test"][:-1] == ["CMD", "python", "-m", "pipeline.healthy"]
    assert service["environment"][f"{prefix}HOST"] == "0.0.0.0"  # noqa: S104  (in its container)
    field = f"{HEALTH[name].lower()}_port".partition("_")[2]
    (kind,) = (each for each in ALL if each.model_config.get("env_prefix", "") == _prefix(name))
    port = service["environment"].get(f"{prefix}PORT", kind.model_fields[field].default)
    assert health_port(service) == str(port)


def _prefix(name: str) -> str:
    return f"{PREFIX}{name.upper()}_"


def test_prometheus_and_the_console_look_there_too() -> None:
    known = services()
    configuration = (REPOSITORY / "deploy/prometheus/prometheus.yml").read_text("utf-8")
    jobs = yaml.safe_load(configuration)["scrape_configs"]
    scraped = {target for job in jobs for target in targets(job)}
    healthy = {
        f"{name}:{health_port(part)}" for name, part in parts().items() if "healthcheck" in part
    }
    assert scraped == healthy
    told = json.loads(known["console"]["environment"][f"{PREFIX}CONSOLE_PARTS"])
    always = {address for address in healthy if "profiles" not in known[address.partition(":")[0]]}
    assert {urlsplit(address).netloc for address in told.values()} | {"console:9106"} == always


def targets(job: dict[str, Any]) -> list[str]:
    """Those that are always there, and those that are when their name is known."""
    found = [target for static in job.get("static_configs", ()) for target in static["targets"]]
    for known in job.get("dns_sd_configs", ()):
        found += [f"{name}:{known['port']}" for name in known["names"]]
    return found


def test_tracing_is_off_until_a_collector_is_named() -> None:
    for name, part in parts().items():
        if "healthcheck" not in part or name == "console":
            continue
        told = {key: default(str(value)) for key, value in part["environment"].items()}
        assert told["OTEL_TRACES_SAMPLER_ARG"] == "0.001"
        assert not is_wanted(told)
        assert is_wanted(told | {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"})


def test_secrets_are_declared_once_and_used() -> None:
    declared = compose()["secrets"]
    used = {name for service in services().values() for name in secret_targets(service).values()}
    assert declared.keys() == used
    assert all(each["file"].startswith("deploy/compose/secrets/") for each in declared.values())
