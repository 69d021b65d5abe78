"""Whatever is done to an extract afterwards is found and named; no ClickHouse needed for that."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from sinks.audit.chain import Chain
from sinks.audit.check import check
from sinks.audit.files import WRITERS
from sinks.audit.manifest import MANIFEST, FileForm, Manifest, rendered, sealed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNT = 7
FORMS: list[FileForm] = ["ndjson", "parquet"]


def row(number: int) -> tuple[object, ...]:
    at = f"2026-11-01T00:00:{number:02d}.000Z"
    return (
        "message", f"SM{number}", "", "AC1", "MG1", "sms", "US", "ab" * 16, "+15*******02", None,
        at, at, None, None, "unknown", 0, "", 1, False,
    )  # fmt: skip


def extract(folder: Path, form: FileForm = "ndjson", count: int = COUNT) -> Path:
    """An extract as export writes it."""
    folder.mkdir()
    chain, file = Chain(), folder / f"records.{form}"
    with WRITERS[form](file) as writer:
        for number in range(count):
            writer.add(chain.link(row(number)))
    manifest = Manifest(
        version=1, product="p", database="d", made_at="", time_zone="UTC", start="", end="",
        format=form, file=file.name, file_bytes=file.stat().st_size,
        file_sha256=hashlib.sha256(file.read_bytes()).hexdigest(), clear_numbers=False,
        records=chain.count, kinds=dict(chain.kinds), first_hash=chain.first,
        last_hash=chain.last,
    )  # fmt: skip
    (folder / MANIFEST).write_bytes(rendered(sealed(manifest)))
    return folder


def found(folder: Path) -> list[str]:
    _, findings = check(folder, lambda _done, _total: None)
    return [f"{each.line}: {each.what}" for each in findings]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [0, 1, COUNT])
def test_an_untouched_extract_is_whole(tmp_path: Path, form: FileForm, count: int) -> None:
    assert found(extract(tmp_path / "x", form, count)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:3] + lines[4:], ["4: holds record 5: 4 is missing here",
                                              "0: there are 6 records and there were 7"]),
        (lambda lines: [lines[1], lines[0], *lines[2:]],
         ["1: holds record 2: 1 is missing here",
          "2: holds record 1 where 3 belongs: it was moved or repeated",
          "3: holds record 3: 2 is missing here"]),
        (lambda lines: [*lines, lines[-1]],
         ["8: holds record 7 where 8 belongs: it was moved or repeated",
          "0: there are 8 records and there were 7"]),
        (lambda lines: lines[:-2], ["0: there are 5 records and there were 7"]),
        (lambda lines: [*lines[:4], lines[4].replace(b"SM4", b"SM9"), *lines[5:]],
         ["5: was changed, or its hash in line 6 was"]),
        (lambda lines: [*lines[:-1], lines[-1].replace(b"SM6", b"SM9")],
         ["7: was changed: it is not what the manifest ends with"]),
        (lambda lines: [*lines[:2], b"gone\n", *lines[3:]], ["3: is no record any more"]),
    ],
)  # fmt: skip
def test_what_was_done_is_named(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], said: list[str]
) -> None:
    folder = extract(tmp_path / "x")
    file = folder / "records.ndjson"
    file.write_bytes(b"".join(change(file.read_bytes().splitlines(keepends=True))))
    assert found(folder) == said


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_no_byte_is_free(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = extract(tmp_path_factory.mktemp("one") / "x", data.draw(st.sampled_from(FORMS)), 2)
    file = data.draw(st.sampled_from(sorted(folder.iterdir())))
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(bytes(content))
    assert not is_clean(folder)


def is_clean(folder: Path) -> bool:
    try:
        return found(folder) == []
    except ConfigurationError:
        return False


def test_a_manifest_written_anew_has_another_checksum(tmp_path: Path) -> None:
    one, other = extract(tmp_path / "a"), extract(tmp_path / "b", count=2)
    first, _ = check(one, lambda _done, _total: None)
    second, _ = check(other, lambda _done, _total: None)
    assert first.sha256 != second.sha256
    assert msgspec.structs.replace(first, sha256="").records == COUNT
