"""What others made is as they made it, named with its licence, and small."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "console" / "page"
FOLDERS = (PAGE / "vendor", ROOT / "tests" / "console" / "browser" / "vendor")
ROW = re.compile(r"^\| `(\S+)` \|.*`([0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.mark.parametrize("folder", FOLDERS, ids=("page", "tests"))
def test_every_file_is_the_one_its_notice_names(folder: Path) -> None:
    named = dict(ROW.findall((folder / "NOTICE.md").read_text()))
    files = {file for file in folder.iterdir() if file.suffix in {".js", ".css", ".woff2"}}
    assert {file.name for file in files} == set(named)
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files} == named
    licences = [file for file in folder.iterdir() if file.name.startswith("LICENSE.")]
    assert all(file.stat().st_size > 500 for file in licences)
    assert licences


def test_a_first_visit_loads_little() -> None:
    loaded = [file for file in PAGE.rglob("*") if file.suffix in {".js", ".css", ".woff2", ".html"}]
    assert sum(file.stat().st_size for file in loaded) < 300_000
