"""Whether an object is one Kubernetes (or an operator) would take, to the last field's name."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from tests.deploy.helm.wheels import schemas

if TYPE_CHECKING:
    from tests.deploy.helm.chart import Object

ROOT = "kubernetes_validate/kubernetes-json-schema"
#: Operators' kinds: the fields we use of them, named as in their own definitions.
OPERATORS = Path(__file__).with_name("schemas")


def problem(thing: Object, version: str) -> str:
    """What is wrong with it for this version of Kubernetes; empty when nothing is."""
    validator = validators(version).get((thing["apiVersion"], thing["kind"]))
    if validator is None:
        return f"no schema for {thing['apiVersion']} {thing['kind']}"
    worst = best_match(validator.iter_errors(thing))
    if worst is None:
        return ""
    where = "/".join(map(str, worst.absolute_path))
    return f"{thing['kind']} {thing['metadata']['name']}: {where}: {worst.message}"


@functools.cache
def validators(version: str) -> dict[tuple[str, str], Draft202012Validator]:
    text = schemas().read(f"{ROOT}/v{version}-local-strict/_definitions.json").decode()
    definitions = json.loads(text.replace("/api/_definitions.json#", "#"))["$defs"]
    found = {}
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", ()):
            api = "/".join(filter(None, (kind["group"], kind["version"])))
            whole = {"$ref": f"#/$defs/{name}", "$defs": definitions}
            found[api, kind["kind"]] = Draft202012Validator(whole)
    return found | dict(map(of_operator, OPERATORS.glob("*.json")))


def of_operator(file: Path) -> tuple[tuple[str, str], Draft202012Validator]:
    schema: dict[str, Any] = json.loads(file.read_text("utf-8"))
    properties = schema["properties"]
    key = properties["apiVersion"]["const"], properties["kind"]["const"]
    return key, Draft202012Validator(schema)
