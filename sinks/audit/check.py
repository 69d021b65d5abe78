"""Follows the chain of an extract and names what was changed, removed, added or moved."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from pipeline.errors import ConfigurationError
from sinks.audit.chain import hash_of
from sinks.audit.files import READERS
from sinks.audit.manifest import Manifest, read_manifest
from sinks.audit.record import ORIGIN, Record, record_of

#: Findings listed; one wrong record is one or two of them.
_SHOWN: Final = 20
_EVERY: Final = 20_000


class Finding(msgspec.Struct, frozen=True):
    """What is wrong, in one line; ``line`` is 0 where it is about the whole."""

    line: int
    what: str


def check(folder: Path, progress: Callable[[int, int], None]) -> tuple[Manifest, list[Finding]]:
    """The manifest, and the first findings, of which an untouched extract has none.

    ConfigurationError when the folder holds no extract or its manifest was changed.
    """
    manifest = read_manifest(folder)
    path = folder / Path(manifest.file).name
    if not path.is_file():
        raise ConfigurationError(f"{path} is missing: the extract is not whole")
    walk = _Walk()
    findings: list[Finding] = []
    for finding in walk.findings(READERS[manifest.format](path), manifest, progress):
        findings.append(finding)
        if len(findings) >= _SHOWN:
            return manifest, findings
    return manifest, findings or _whole(path, manifest, walk.kinds)


class _Walk:
    """One pass over the records."""

    def __init__(self) -> None:
        self._expected = ORIGIN
        self._seq = 0
        self._broken = 0  # the record whose link was just found broken
        self.kinds: Counter[str] = Counter()

    def findings(
        self,
        texts: Iterator[bytes],
        manifest: Manifest,
        progress: Callable[[int, int], None],
    ) -> Iterator[Finding]:
        line = 0
        for line, text in enumerate(texts, 1):
            yield from self._record(line, text)
            if line % _EVERY == 0:
                progress(line, manifest.records)
        progress(line, manifest.records)
        yield from self._end(line, manifest)

    def _record(self, line: int, text: bytes) -> Iterator[Finding]:
        record = _readable(text)
        if record is None:
            yield Finding(line, "is no record any more")
            self._seq += 1
            self._broken = line
        else:
            yield from self._place(line, record)
            self.kinds[record.kind] += 1
        self._expected = hash_of(text)

    def _place(self, line: int, record: Record) -> Iterator[Finding]:
        expected = self._seq + 1
        self._seq = record.seq
        if record.seq != expected:
            yield Finding(line, _misplaced(record.seq, expected))
        elif record.previous != self._expected and self._broken != line - 1:
            yield Finding(line - 1 or 1, f"was changed, or its hash in line {line} was")
            self._broken = line
            return
        self._broken = 0

    def _end(self, lines: int, manifest: Manifest) -> Iterator[Finding]:
        if lines != manifest.records:
            yield Finding(0, f"there are {lines} records and there were {manifest.records}")
        elif self._expected != manifest.last_hash and self._broken != lines:
            yield Finding(lines, "was changed: it is not what the manifest ends with")


def _readable(text: bytes) -> Record | None:
    try:
        return record_of(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _misplaced(found: int, expected: int) -> str:
    if found > expected:
        missing = f"{expected} to {found - 1} are" if found - 1 > expected else f"{expected} is"
        return f"holds record {found}: {missing} missing here"
    return f"holds record {found} where {expected} belongs: it was moved or repeated"


def _whole(path: Path, manifest: Manifest, kinds: Counter[str]) -> list[Finding]:
    """What no link shows: a byte that Parquet puts around the records, a wrong count."""
    if dict(kinds) != manifest.kinds:
        return [Finding(0, "the kinds of records are not those of the manifest")]
    with path.open("rb") as content:
        same = hashlib.file_digest(content, "sha256").hexdigest() == manifest.file_sha256
    return [] if same else [Finding(0, f"{path.name} is not the file that was written")]
