"""The wheel, built and installed apart from the sources: it has all of the product, and runs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import __version__
from pipeline.cli.main import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Sequence

REPOSITORY = Path(__file__).parents[3]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
DEMO_SECONDS = 280
WRITTEN_BY_HAND = {"windows.md"}


def told(argv: Sequence[str | Path], folder: Path, seconds: float = 120) -> str:
    """What a program prints, away from the sources; the test fails with all of it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME")}
    environment = {**kept, "XDG_STATE_HOME": str(folder), "COLUMNS": "96"}
    ran = subprocess.run(  # noqa: S603  (our own programs)
        argv,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    told([sys.executable, "-m", *build, "--wheel-dir", folder, REPOSITORY], folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an environment of its own; dependencies are those pinned for the tests.

    A path file lends them: of a path named there no other path file is read, so the sources,
    which the lender has installed as they lie, stay out.
    """
    folder = tmp_path_factory.mktemp("environment")
    told([sys.executable, "-m", "venv", "--without-pip", folder], folder)
    (library,) = folder.glob("lib/python*/site-packages")
    (library / "lent.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    python = folder / "bin" / "python"
    install = [
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    told([sys.executable, *install, wheel], folder)
    return folder / "bin" / "twilio-pipeline"


def test_every_file_of_the_packages_is_in_it_and_no_other(wheel: Path) -> None:
    listed = told(["git", "ls-files", "--", *PACKAGES], REPOSITORY).splitlines()
    tracked = {name for name in listed if (REPOSITORY / name).exists()}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if not name.split("/")[0].endswith("-info")}
    assert tracked <= packed
    assert {name.partition("/")[0] for name in packed} == set(PACKAGES)
    assert wheel.name == f"twilio_event_pipeline-{__version__}-py3-none-any.whl"


def test_it_tells_its_version_and_runs_from_its_own_files(program: Path, tmp_path: Path) -> None:
    assert told([program, "--version"], tmp_path) == f"twilio-pipeline {__version__}\n"
    code = "import pipeline, sinks; print(pipeline.__file__, sinks.__file__)"
    for file in told([program.parent / "python", "-c", code], tmp_path).split():
        assert file.startswith(str(program.parents[1]))


def test_it_writes_the_reference_of_every_command_setting_and_view(
    program: Path, tmp_path: Path
) -> None:
    told([program, "reference", tmp_path / "reference"], tmp_path)
    written = {page.name for page in (tmp_path / "reference").rglob("*.*")}
    assert {
        page.name for page in (REPOSITORY / "docs/reference").rglob("*.*")
    } - WRITTEN_BY_HAND == (written)
    commands = (tmp_path / "reference" / "commands.md").read_text("utf-8")
    assert all(f"\n## {name}\n" in commands for name in COMMANDS)


@pytest.mark.timeout(DEMO_SECONDS + 20)
def test_the_demo_runs_from_it_and_proves_itself(program: Path, tmp_path: Path) -> None:
    shown = told([program, "demo", "--once", "--messages", "200"], tmp_path, DEMO_SECONDS)
    assert "of 200 messages" in shown
    assert "✔ Everything sent is stored once" in shown
