"""The chart as it is handed on: linted, and whole though parts of it are links."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

from tests.deploy.helm.chart import CHART, MINIMAL, SECONDS
from tests.deploy.helm.wheels import helm

DEPLOY = Path(__file__).parents[3] / "deploy"


def called(*arguments: str | Path) -> None:
    done = subprocess.run(  # noqa: S603  (helm on our chart)
        [*map(str, (helm(), *arguments))],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert not done.returncode, done.stdout + done.stderr


def test_helm_has_nothing_to_complain_of() -> None:
    called("lint", "--strict", CHART, "--kube-version", "1.31.0", "--values", MINIMAL)


def test_a_package_holds_topics_and_rules(tmp_path: Path) -> None:
    called("package", CHART, "--destination", tmp_path)
    (package,) = tmp_path.glob("*.tgz")
    shared = {
        "topics.yaml": DEPLOY / "topics.yaml",
        "rules/ingress.yml": DEPLOY / "prometheus" / "rules" / "ingress.yml",
    }
    with tarfile.open(package) as archive:
        for name, file in shared.items():
            member = archive.extractfile(f"{CHART.name}/files/{name}")
            assert member is not None
            assert member.read() == file.read_bytes()
