"""What a pinned jar is, and the lock file that names all of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCK_FILE = Path(__file__).with_name("jars.lock")
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, order=True)
class Jar:
    """One Maven artifact, its SHA-256 in hex and its size in bytes."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line of the lock; raises ConfigurationError where it is malformed."""
        try:
            coordinate, sha256, size = line.split()
            group, artifact, version = coordinate.split(":")
            return cls(group, artifact, version, sha256, int(size))
        except ValueError as error:
            raise ConfigurationError(
                f"not a line of a jar lock: {line!r}; restore jars.lock from the repository",
            ) from error

    @property
    def coordinate(self) -> str:
        """`group:artifact:version`, as Maven and people name it."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def path(self) -> PurePosixPath:
        """Where every Maven repository, and so our cache, keeps it."""
        folder = PurePosixPath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"

    def line(self) -> str:
        """Write it as the lock holds it."""
        return f"{self.coordinate} {self.sha256} {self.size}"

    def matches(self, file: Path) -> bool:
        """Whether the file is there and is this jar, byte for byte."""
        try:
            return file.stat().st_size == self.size and sha256_of(file) == self.sha256
        except (FileNotFoundError, NotADirectoryError):
            return False


def sha256_of(file: Path) -> str:
    """Hash in pieces: a jar may be 20 MB."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while piece := source.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def read_lock(file: Path = LOCK_FILE) -> list[Jar]:
    """Every jar the broker needs; raises ConfigurationError where the lock is damaged."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [Jar.parse(line) for line in lines if line.strip() and not line.startswith("#")]


def write_lock(jars: Iterable[Jar], file: Path = LOCK_FILE) -> None:
    """Write the jars in a stable order, so that a new version shows as a small diff."""
    head = "# group:artifact:version sha256 bytes; made by: python -m local.kafka.lock\n"
    file.write_text(head + "".join(f"{jar.line()}\n" for jar in sorted(jars)), encoding="utf-8")
