"""What the chart names exists in the code: commands, settings, ports, paths, rights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import typer

from ingest.app import PATHS
from pipeline.cli.main import program
from pipeline.settings import ALL, KafkaSettings, PipelineSettings, load
from pipeline.settings.base import SECRETS_DIR_VARIABLE
from pipeline.tracing import is_wanted
from tests.deploy.helm.chart import (
    CHART,
    Object,
    container,
    environment,
    render,
    secret_files,
)

if TYPE_CHECKING:
    from pathlib import Path

FIELDS: dict[str, Any] = {
    f"{kind.model_config.get('env_prefix', '')}{name}".upper(): field
    for kind in ALL
    for name, field in kind.model_fields.items()
}
#: Not of the product: where programs may write.
OTHERS = {"HOME", SECRETS_DIR_VARIABLE}
OAUTH = {
    "mechanism": "OAUTHBEARER",
    "oauthTokenUrl": "https://login.example.com/token",
    "oauthClientId": "pipeline",
    "oauthScope": "kafka",
}


@pytest.fixture(scope="module")
def workloads() -> list[Object]:
    rendered = render(
        parts__console={"enabled": True, "usersSecret": {"name": "users"}},
        parts__usage__enabled=True,
        parts__fallback__config="x",
        parts__alerts__config="x",
        parts__notifier__config="x",
        kafka__minInsyncReplicas=2,
        kafka__securityProtocol="SASL_SSL",
        kafka__sasl=OAUTH,
        kafka__tls={"caSecret": {"name": "a"}, "clientSecret": {"name": "b"}},
        clickhouse__caSecret__name="c",
    )
    kinds = ("Deployment", "StatefulSet", "Job", "Pod")
    return [each for kind in kinds for each in rendered.of(kind)]


def test_every_variable_is_a_setting(workloads: list[Object]) -> None:
    assert len(workloads) == 11
    told = {name for each in workloads for name in environment(each)}
    assert told - OTHERS - set(FIELDS) == set()


def test_every_part_can_use_what_it_is_told(
    workloads: list[Object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The values, too: what is rendered is loaded as the part would."""
    for workload in workloads:
        folder = tmp_path / workload["metadata"]["name"]
        folder.mkdir()
        for path in secret_files(workload):
            (folder / path).write_text("{}" if "accounts" in path else "0:" + "s" * 32, "utf-8")
        with monkeypatch.context() as patched:
            for name, value in environment(workload).items():
                patched.setenv(name, value)
            patched.setenv(SECRETS_DIR_VARIABLE, str(folder))
            loaded = {kind.__name__: load(kind) for kind in ALL if is_told(kind, workload)}
        kafka = loaded["KafkaSettings"]
        assert isinstance(kafka, KafkaSettings)
        assert (kafka.insync_replicas, kafka.sasl_mechanism) == (2, "OAUTHBEARER")


def is_told(kind: type[PipelineSettings], workload: Object) -> bool:
    """Whether some variable or secret file of a pod is one of these settings."""
    prefix = str(kind.model_config.get("env_prefix", ""))
    names = {*environment(workload), *(path.upper() for path in secret_files(workload))}
    return any(f"{prefix}{field}".upper() in names for field in kind.model_fields)


def test_every_secret_is_a_setting(workloads: list[Object]) -> None:
    files = {path for each in workloads for path in secret_files(each)}
    assert {path.upper() for path in files - {"auth-tokens", "console-users"}} <= set(FIELDS)


def test_every_command_exists(workloads: list[Object]) -> None:
    click: Any = typer.main.get_command(program())
    for workload in workloads:
        command = click
        for word in container(workload)["args"]:
            if word.startswith("--"):
                assert word in {each for option in command.params for each in option.opts}
            elif hasattr(command, "commands"):
                command = command.commands[word]


def test_probes_ask_the_ports_that_are_the_defaults(workloads: list[Object]) -> None:
    for workload in workloads:
        if workload["kind"] in {"Job", "Pod"}:
            continue
        part = workload["metadata"]["labels"]["app.kubernetes.io/component"]
        ports = {each["name"]: each["containerPort"] for each in container(workload)["ports"]}
        setting = "PORT" if part == "ingest" else "METRICS_PORT"
        assert ports["monitoring"] == FIELDS[f"TWILIO_PIPELINE_{part}_{setting}".upper()].default
        told = environment(workload)
        assert told[f"TWILIO_PIPELINE_{part}_METRICS_HOST".upper()] == "0.0.0.0"  # noqa: S104  a pod's


def test_only_the_webhooks_path_is_let_in() -> None:
    (rule,) = render().one("Ingress", "ingest")["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert (path["path"], path["pathType"]) == (PATHS[0], "Exact")


def test_groups_that_are_scaled_are_the_defaults() -> None:
    text = (CHART / "templates" / "scaling.yaml").read_text("utf-8")
    assert FIELDS["TWILIO_PIPELINE_LIFECYCLE_APP_ID"].default in text
    assert FIELDS["TWILIO_PIPELINE_SINK_GROUP_ID"].default in text


def test_secrets_that_values_speak_of_are_settings() -> None:
    text = (CHART / "values.yaml").read_text("utf-8")
    named = set(re.findall(r"\btwilio_pipeline_[a-z_]+\b", text))
    of_other_users = {"twilio_pipeline_console_clickhouse_password"} | {
        "twilio_pipeline_migrate_clickhouse_password"
    }
    assert {name.upper() for name in named - of_other_users} <= set(FIELDS)


def test_tracing_is_switched_on_for_every_part_at_once() -> None:
    collector = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}
    for given, on in (({}, False), (collector, True)):
        rendered = render(settings=given)
        for kind, part in (("StatefulSet", "ingest"), ("Deployment", "lifecycle")):
            assert is_wanted(environment(rendered.one(kind, part))) is on
        assert is_wanted(environment(rendered.one("StatefulSet", "sink"))) is on
