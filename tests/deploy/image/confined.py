"""Programs run in a tree as a container would run them: its user, no rights, nothing to write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.deploy.image.tree import Tree

#: $0 is the tree; the words up to -- are folders and where they are mounted; then what to run.
_SCRIPT = """
mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"
mount -t tmpfs -o mode=1777 none "$0/tmp"
while [ "$1" != -- ]; do mount --bind "$1" "$0$2"; shift 2; done
shift
exec chroot "$0" "$@"
"""


@dataclass(frozen=True)
class Confined:
    """A tree with the folders that are mounted in it and the variables it is given."""

    tree: Tree
    mounted: Mapping[str, Path] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    def argv(self, program: list[str]) -> list[str]:
        """Give what runs the program so."""
        user, group = self.tree.user.split(":")
        dropped = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
        become = ["setpriv", f"--reuid={user}", f"--regid={group}", *dropped]
        given = {**self.tree.variables, **self.variables}
        environment = [f"{name}={value}" for name, value in given.items()]
        mounts = [word for at, what in self.mounted.items() for word in (str(what), at)]
        inside = [*become, "env", "--ignore-environment", *environment, *program]
        script = ["unshare", "--mount", "/bin/sh", "-ec", _SCRIPT, str(self.tree.root)]
        return [*script, *mounts, "--", *inside]
