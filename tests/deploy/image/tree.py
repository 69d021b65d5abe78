"""A directory tree that a Dockerfile's steps are carried out in, by chroot."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.deploy.image.dockerfile import Step

_NETWORK_FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf")
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


@dataclass
class Tree:
    """One stage's file system, with the state that its steps build on."""

    root: Path
    context: Path
    others: Mapping[str, Tree]
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0:0"

    def carry_out(self, step: Step) -> None:
        """Do one step; CalledProcessError when a command of it fails."""
        if step.name in {"ENV", "ARG"}:
            self.environment |= step.pairs
        elif step.name == "WORKDIR":
            self.folder = step.text
            self._inside(step.text).mkdir(parents=True, exist_ok=True)
        elif step.name == "USER":
            self.user = step.text
        elif step.name == "COPY":
            self._copy(step.text.split())
        elif step.name == "RUN":
            self.run(["/bin/sh", "-c", step.text])

    def run(self, command: list[str]) -> None:
        """Run a command as root, as RUN does."""
        inside = f'cd "{self.folder}" && exec "$@"'
        argv = ["chroot", str(self.root), "/bin/sh", "-c", inside, "sh", *command]
        subprocess.run(argv, env=self.variables, check=True)  # noqa: S603  (the Dockerfile's own)

    def borrow_network(self) -> None:
        """Bring what the machine reaches its registry with; it never gets into an image."""
        for name in (*_NETWORK_FILES, _AUTHORITIES):
            if Path(name).exists():
                self._inside(name).unlink(missing_ok=True)
                shutil.copyfile(name, self._inside(name))

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a container."""
        path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        return {"PATH": path, "HOME": "/", **self.environment}

    def _copy(self, words: list[str]) -> None:
        *sources, target = [word for word in words if not word.startswith("--")]
        whence = next((word[7:] for word in words if word.startswith("--from=")), None)
        start = self.others[whence].root if whence else self.context
        destination = self._inside(os.path.join(self.folder, target))  # noqa: PTH118  absolute wins
        for source in sources:
            found = start / source.lstrip("/")
            if found.is_dir():
                shutil.copytree(found, destination, symlinks=True, dirs_exist_ok=True)
            else:
                shutil.copy2(found, destination)

    def _inside(self, path: str) -> Path:
        return self.root / path.lstrip("/")


def build_context(repository: Path, target: Path) -> Path:
    """Copy what .dockerignore lets through (`*`, then `!name`, then patterns to leave out)."""
    lines = (repository / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    left_out = [re.sub(r"^\*\*/", "", rule) for rule in rules[1:] if not rule.startswith("!")]

    def ignored(_: str, names: list[str]) -> set[str]:
        return {name for name in names for each in left_out if fnmatch.fnmatch(name, each)}

    for name in (rule[1:] for rule in rules if rule.startswith("!")):
        found, goal = repository / name, target / name
        goal.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, goal, ignore=ignored)
        else:
            shutil.copy2(found, goal)
    return target
