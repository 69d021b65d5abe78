"""``python -m tests.deploy.image.prove FOLDER``: the Dockerfile's own steps without Docker.

Debian's Python stands in for the base image: debootstrap makes a bare tree, each stage gets a
copy of it, and every COPY and RUN is carried out in it. In the end the last stage runs as its
user, without any right, in a read-only tree. Needs root, debootstrap and a package registry.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.deploy.image.dockerfile import Stage, read_dockerfile
from tests.deploy.image.tree import Tree, build_context

REPOSITORY = Path(__file__).parents[3]
_BASE = "python3,python3-venv,ca-certificates"
#: $0 is the tree, the rest is what to run in it.
_CONFINED = (
    'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && '
    'mount -t tmpfs -o mode=1777 none "$0/tmp" && exec chroot "$0" "$@"'
)
_PROGRAMS = (
    ["twilio-pipeline", "--version"],
    ["twilio-pipeline", "sink", "--help"],
    ["sh", "-c", "! touch /opt/twilio-pipeline/x && ! command -v gcc && touch /tmp/x && id"],
)


def main(folder: Path) -> None:
    """Build all stages below the folder and run the last one."""
    base = _base(folder / "base")
    context = build_context(REPOSITORY, folder / "context")
    trees: dict[str, Tree] = {}
    for stage in read_dockerfile(REPOSITORY / "deploy" / "Dockerfile"):
        trees[stage.name] = _built(stage, base, Tree(folder / stage.name, context, trees))
    last = list(trees.values())[-1]
    for program in _PROGRAMS:
        run_confined(last, program)


def run_confined(tree: Tree, program: list[str]) -> None:
    """Run as the image's user: nothing but /tmp can be written, no right is left."""
    user, group = tree.user.split(":")
    dropped = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
    variables = (f"{name}={value}" for name, value in tree.variables.items())
    become = ["setpriv", f"--reuid={user}", f"--regid={group}", *dropped]
    inside = [*become, "env", "--ignore-environment", *variables, *program]
    argv = ["unshare", "--mount", "/bin/sh", "-c", _CONFINED, str(tree.root), *inside]
    subprocess.run(argv, check=True)  # noqa: S603  (our own programs)


def _base(tree: Path) -> Path:
    link = tree / "usr/local/bin/python"
    if not link.is_symlink():
        argv = ["debootstrap", "--variant=minbase", f"--include={_BASE}", "bookworm", str(tree)]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (our own)
        link.symlink_to("/usr/bin/python3")
    return tree


def _built(stage: Stage, base: Path, tree: Tree) -> Tree:
    subprocess.run(["cp", "-a", str(base), str(tree.root)], check=True)  # noqa: S603, S607  (ours)
    tree.borrow_network()
    for step in stage.steps:
        begun = time.monotonic()
        tree.carry_out(step)
        print(f"{time.monotonic() - begun:6.1f} s  {stage.name}: {step.name} {step.text}"[:110])  # noqa: T201
    return tree


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
