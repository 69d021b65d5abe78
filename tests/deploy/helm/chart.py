"""What the chart renders, as objects."""

from __future__ import annotations

import functools
import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.helm.wheels import helm

HELM = Path(__file__).parents[3] / "deploy" / "helm"
CHART = HELM / "twilio-event-pipeline"
EXAMPLES = HELM / "examples"
MINIMAL = EXAMPLES / "minimal" / "values.yaml"
#: What objects of the release ``r`` begin with.
PREFIX = "r-twilio-event-pipeline"
SECONDS = 60.0

Object = dict[str, Any]


class Rendered(list[Object]):
    """Objects of one rendering."""

    def one(self, kind: str, part: str) -> Object:
        """The only object of this kind and name (without the release's)."""
        wanted = f"{PREFIX}-{part}" if part else PREFIX
        (found,) = [each for each in self.of(kind) if each["metadata"]["name"] == wanted]
        return found

    def of(self, kind: str) -> list[Object]:
        return [each for each in self if each["kind"] == kind]

    def names(self, kind: str) -> set[str]:
        return {each["metadata"]["name"].removeprefix(f"{PREFIX}-") for each in self.of(kind)}


def render(file: Path = MINIMAL, **values: Any) -> Rendered:  # noqa: ANN401  any value
    """Render with a file of values and more; keys are paths, ``parts__ingest__workers=2``."""
    done = template(file, json.dumps(nested(values)))
    assert not done.returncode, done.stderr
    return Rendered(filter(None, yaml.load_all(done.stdout, yaml.CSafeLoader)))


def refused(file: Path = MINIMAL, **values: Any) -> str:  # noqa: ANN401  any value
    """Say what helm says of values that can't be used."""
    done = template(file, json.dumps(nested(values)))
    assert done.returncode, "rendered all the same"
    return done.stderr


@functools.cache
def template(file: Path, values: str) -> subprocess.CompletedProcess[str]:
    command = [helm(), "template", "r", CHART, "--kube-version", "1.31.0", "--values", file]
    return subprocess.run(  # noqa: S603  (helm on our chart)
        [*map(str, command), "--values", "-"],
        input=values,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def nested(values: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *folders, leaf = path.split("__")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[leaf] = value
    return tree


def pod(workload: Object) -> Object:
    """The pod of a workload or job, or what a pod alone is."""
    spec: Object = workload["spec"]
    return spec["template"]["spec"] if "template" in spec else spec


def container(workload: Object) -> Object:
    (found,) = pod(workload)["containers"]
    assert isinstance(found, dict)
    return found


def environment(workload: Object) -> dict[str, str]:
    return {each["name"]: each.get("value", "") for each in container(workload)["env"]}


def secret_files(workload: Object) -> dict[str, tuple[str, str]]:
    """Files a part is given: of which secret, under which key."""
    volumes = [volume for volume in pod(workload)["volumes"] if volume["name"] == "secrets"]
    sources = [source["secret"] for volume in volumes for source in volume["projected"]["sources"]]
    return {
        item["path"]: (secret["name"], item["key"])
        for secret in sources
        for item in secret["items"]
    }
