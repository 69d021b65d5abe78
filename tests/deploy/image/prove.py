"""``python -m tests.deploy.image.prove FOLDER``: the Dockerfile's own steps without Docker.

Debian's Python stands in for the base image: debootstrap makes a bare tree, each stage gets a
copy of it, and every COPY and RUN is carried out in it. In the end the last stage runs as its
user, without any right, in a read-only tree: some programs, and then every part as
docker-compose.yml has it. Needs root, debootstrap and a package registry.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.deploy.image.confined import Confined
from tests.deploy.image.dockerfile import Stage, read_dockerfile
from tests.deploy.image.rehearsal import rehearse
from tests.deploy.image.tree import Tree, build_context

REPOSITORY = Path(__file__).parents[3]
_BASE = "python3,python3-venv,ca-certificates"
_PROGRAMS = (
    ["twilio-pipeline", "--version"],
    ["twilio-pipeline", "sink", "--help"],
    ["python", "-c", "import pipeline.spans"],  # tracing is installed
    ["sh", "-c", "! touch /opt/twilio-pipeline/x && ! command -v gcc && touch /tmp/x && id"],
)


def main(folder: Path) -> None:
    """Build all stages below the folder and run the last one."""
    base = _base(folder / "base")
    shutil.rmtree(folder / "context", ignore_errors=True)
    context = build_context(REPOSITORY, folder / "context")
    trees: dict[str, Tree] = {}
    for stage in read_dockerfile(REPOSITORY / "deploy" / "Dockerfile"):
        trees[stage.name] = _built(stage, base, Tree(folder / stage.name, context, trees))
    last = list(trees.values())[-1]
    for program in _PROGRAMS:
        subprocess.run(Confined(last).argv(program), check=True)  # noqa: S603  (our own programs)
    rehearse(last, folder)


def _base(tree: Path) -> Path:
    link = tree / "usr/local/bin/python"
    if not link.is_symlink():
        argv = ["debootstrap", "--variant=minbase", f"--include={_BASE}", "bookworm", str(tree)]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (our own)
        link.symlink_to("/usr/bin/python3")
    return tree


def _built(stage: Stage, base: Path, tree: Tree) -> Tree:
    shutil.rmtree(tree.root, ignore_errors=True)
    subprocess.run(["cp", "-a", str(base), str(tree.root)], check=True)  # noqa: S603, S607  (ours)
    tree.borrow_network()
    for step in stage.steps:
        begun = time.monotonic()
        tree.carry_out(step)
        print(f"{time.monotonic() - begun:6.1f} s  {stage.name}: {step.name} {step.text}"[:110])  # noqa: T201
    return tree


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
