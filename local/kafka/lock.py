"""`python -m local.kafka.lock` pins the broker's jars again, after a version was changed here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import jgo

from local.kafka.jar import LOCK_FILE, Jar, sha256_of, write_lock

if TYPE_CHECKING:
    from pathlib import Path

# Kafka's own dependencies hold no log binding; a log4j one would pull an older kafka-clients in.
ENDPOINT = "org.apache.kafka:kafka_2.13:4.4.0+org.slf4j:slf4j-simple:1.7.36"


def main() -> None:
    """Resolve with jgo's Maven layer, hash what came, write the lock."""
    artifacts = jgo.resolve(ENDPOINT)
    jars = [_pin(a.groupId, a.artifactId, a.version, a.resolve()) for a in artifacts]
    write_lock(jars)
    megabytes = sum(jar.size for jar in jars) / 1e6
    sys.stdout.write(f"{len(jars)} jars, {megabytes:.1f} MB, pinned in {LOCK_FILE.name}\n")


def _pin(group: str, artifact: str, version: str, file: Path) -> Jar:
    return Jar(group, artifact, version, sha256_of(file), file.stat().st_size)


if __name__ == "__main__":
    main()
