"""The file as Docker Compose's own loader and as Debian's docker-compose read it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.deploy.compose.compose_file import FILE, services
from tests.tools import debian

if TYPE_CHECKING:
    from collections.abc import Sequence

BUILD_SECONDS = 150


def told(argv: Sequence[str | Path], folder: Path) -> str:
    """What a program prints; the test fails with its words when it does not accept its input."""
    ran = subprocess.run(  # noqa: S603  (our own programs)
        argv, cwd=folder, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def loader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("loader") / "loader"
    go = debian("go", "golang-go")
    told([go, "build", "-o", program, "."], Path(__file__).parent / "loader")
    return program


def test_compose_loads_every_service(loader: Path) -> None:
    read: dict[str, Any] = json.loads(told([loader, FILE], FILE.parent))
    assert read["services"].keys() == services().keys()
    assert read["services"]["sink"]["mem_limit"] == str(1536 << 20)
    assert read["networks"]["inside"]["internal"] is True


def test_compose_refuses_what_the_specification_does_not_know(loader: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(FILE.read_text("utf-8").replace("read_only:", "readonly:"), "utf-8")
    with pytest.raises(AssertionError, match=r"readonly false schema"):
        told([loader, wrong], tmp_path)


def test_docker_compose_reads_it_too() -> None:
    program = debian("docker-compose", "docker-compose")
    read = told([program, "--file", FILE, "config", "--services"], FILE.parent)
    assert set(read.split()) == services().keys()
