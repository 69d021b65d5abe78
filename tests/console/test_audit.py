"""What was done is on disk before it is done, and found again."""

import stat
from pathlib import Path

import pytest

from console.audit import Audit, Entry
from pipeline.errors import ConfigurationError, UnavailableError

NOVEMBER, DECEMBER = 1_795_000_000, 1_796_083_200


async def test_entries_are_one_file_a_month_and_read_again(tmp_path: Path) -> None:
    now = [float(NOVEMBER)]
    audit = Audit(tmp_path / "audit", lambda: now[0])
    await audit.note("ada", "acknowledge", "a1: on it")
    now[0] = DECEMBER
    await audit.note("bob", "stop fallbacks", "wrong\npolicy")
    files = sorted((tmp_path / "audit").iterdir())
    assert [file.name for file in files] == ["audit-2026-11.jsonl", "audit-2026-12.jsonl"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    with files[1].open("ab") as file:
        file.write(b'{"at": 1, "us')  # a crash cut it short
    latest = Audit(tmp_path / "audit").latest(10)
    assert latest == [
        Entry(DECEMBER, "bob", "stop fallbacks", "wrong\npolicy"),
        Entry(NOVEMBER, "ada", "acknowledge", "a1: on it"),
    ]


async def test_what_cant_be_written_is_an_error(tmp_path: Path) -> None:
    audit = Audit(tmp_path / "audit", lambda: NOVEMBER)
    (tmp_path / "audit" / "audit-2026-11.jsonl").mkdir()
    with pytest.raises(UnavailableError, match=r"Is a directory; nothing was done\.$"):
        await audit.note("ada", "acknowledge", "a1")
    assert audit.latest(1) == []


async def test_without_a_folder_the_last_are_remembered() -> None:
    audit = Audit(None, lambda: NOVEMBER)
    for number in range(1_001):
        await audit.note("ada", "acknowledge", str(number))
    assert [entry.detail for entry in audit.latest(2)] == ["1000", "999"]
    assert len(audit.latest(5_000)) == 1_000


def test_a_folder_that_cant_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="TWILIO_PIPELINE_CONSOLE_AUDIT_DIRECTORY"):
        Audit(tmp_path / "file")
