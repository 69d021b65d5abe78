from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipeline.cli.main import run
from tests.sinks.events import message
from tests.sinks.test_commands import use

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.settings import ClickHouseSettings
    from tests.sinks.stand import Stand

RANGE = ("--from", "2026-01-01", "--to", "2026-01-02")


@pytest.fixture
async def filled(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Two messages within the range and one after it."""
    await stand.put(stand.raw, message("sent"), message("delivered", time="2026-01-01T00:00:07Z"))
    await stand.put(
        stand.raw,
        message("failed", number=2, errorCode=30007, time="2026-01-01T10:00:00Z"),
        message("sent", number=3, time="2026-01-02T00:00:00Z"),
    )
    async with stand.running():
        await stand.all_stored()
    use(monkeypatch, stand.config.clickhouse)
    return stand


@pytest.fixture
def analyst(monkeypatch: pytest.MonkeyPatch, database: ClickHouseSettings) -> None:
    """An empty database."""
    use(monkeypatch, database)


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
@pytest.mark.usefixtures("filled")
def test_an_extract_holds_the_range_and_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    folder = tmp_path / "audit"
    capsys.readouterr()
    assert run(["export-audit", str(folder), *RANGE, "--format", form]) == 0
    out = capsys.readouterr().out.splitlines()
    start, end = "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"
    assert out[0] == f"2 records (2 message) from {start} to {end}"
    checksum = out[-1].removeprefix("manifest ")
    assert json.loads((folder / "manifest.json").read_text())["sha256"] == checksum
    assert run(["verify-audit", str(folder), "--manifest", checksum]) == 0
    assert capsys.readouterr().out == f"2 records from {start} to {end}: nothing was changed\n"
    assert run(["verify-audit", str(folder), "--manifest", "0" * 64]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]


@pytest.mark.usefixtures("filled")
def test_a_record_tells_who_when_and_what_became_of_it(tmp_path: Path) -> None:
    assert run(["export-audit", str(tmp_path / "audit"), *RANGE]) == 0
    lines = (tmp_path / "audit" / "records.ndjson").read_text().splitlines()
    first, second = (json.loads(line) for line in lines)
    assert (first["seq"], first["kind"], first["sid"]) == (1, "message", "SM1")
    assert (first["sent_at"], first["finished_at"], first["outcome"]) == (
        "2026-01-01T00:00:05.000Z",
        "2026-01-01T00:00:07.000Z",
        "delivered",
    )
    assert (first["to_masked"], first["number"], len(first["to_hash"])) == (
        "+15*******02", None, 32,
    )  # fmt: skip
    assert (second["outcome"], second["error_code"], second["sent_at"]) == ("failed", 30007, None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "yesterday", "--to", "2026-01-01"), "--from takes a date"),
        (("--from", "2026-01-02", "--to", "2026-01-01"), "the range is empty"),
        ((*RANGE, "--clear-numbers"), "may not read clear numbers"),
    ],
)
@pytest.mark.usefixtures("analyst")
def test_what_cannot_be_written_is_one_line_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    capsys.readouterr()
    assert run(["export-audit", str(tmp_path / "audit"), *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("analyst")
def test_an_existing_folder_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export-audit", str(tmp_path), *RANGE]) == 2
    assert "exists" in capsys.readouterr().err
