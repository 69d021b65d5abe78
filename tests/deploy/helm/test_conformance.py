"""What the examples render is what Kubernetes and the operators take."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline import __version__
from tests.deploy.helm.chart import CHART, EXAMPLES, render
from tests.deploy.helm.conformance import problem

EVERYTHING = {
    "parts__console__enabled": True,
    "parts__console__usersSecret__name": "users",
    "parts__console__ingress": {"enabled": True, "host": "console.example.com"},
    "parts__usage__enabled": True,
    "parts__ingest__spool__enabled": False,
    "parts__notifier__config": "[[channels]]\nname = 'x'\n",
    "parts__notifier__secretFiles": {"token": {"name": "slack", "key": "token"}},
    "kafka__tls__clientSecret__name": "client",
    "clickhouse__caSecret__name": "authority",
    "defaults__tolerations": [{"operator": "Exists"}],
    "defaults__nodeSelector": {"pool": "events"},
    "defaults__affinity": {"podAntiAffinity": {}},
    "defaults__podAnnotations": {"a": "b"},
    "parts__sink__priorityClassName": "high",
    "parts__sink__extraEnv": [{"name": "OTEL_SDK_DISABLED", "value": "true"}],
    "imagePullSecrets": [{"name": "pull"}],
}


@pytest.mark.parametrize("version", ["1.29.0", "1.37.0"])
@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.iterdir()))
def test_examples_conform(example: str, version: str) -> None:
    rendered = render(EXAMPLES / example / "values.yaml")
    assert len(rendered) >= 26
    assert [found for each in rendered if (found := problem(each, version))] == []


def test_everything_at_once_conforms() -> None:
    rendered = render(EXAMPLES / "strimzi" / "values.yaml", **EVERYTHING)
    assert [found for each in rendered if (found := problem(each, "1.37.0"))] == []


def test_a_misnamed_field_is_found() -> None:
    service = render().one("Service", "ingest")
    assert problem(service, "1.37.0") == ""
    misnamed = {**service, "spec": {**service["spec"], "sessionAfinity": "None"}}
    assert "sessionAfinity" in problem(misnamed, "1.37.0")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/[!v]*.yaml")), ids=lambda file: file.stem)
def test_manifests_beside_the_examples_are_whole(file: Path) -> None:
    things = list(yaml.load_all(file.read_text("utf-8"), yaml.CSafeLoader))
    assert {"apiVersion", "kind", "metadata", "spec"} == {key for each in things for key in each}


def test_the_version_is_the_products() -> None:
    chart = yaml.load((CHART / "Chart.yaml").read_text("utf-8"), yaml.CSafeLoader)
    assert chart["version"] == chart["appVersion"] == __version__
