"""What the page is made of: files of others as they made them, and all of it small and known."""

import hashlib
import re
from pathlib import Path

import pytest

from console.page_files import read_page

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


def test_every_module_is_asked_for_at_once() -> None:
    """What is imported by what is imported would otherwise wait for one answer after the other."""
    asked = re.findall(
        r'rel="modulepreload" href="/static/(.+?)"', (PAGE / "index.html").read_text()
    )
    classic = {"theme.js", "login.js", "vendor/uPlot.js", "app/main.js"}
    modules = {str(file.relative_to(PAGE)) for file in PAGE.rglob("*.js")} - classic
    assert sorted(asked) == sorted(modules)


@pytest.mark.parametrize("name", ["index.html", "login.html"])
def test_the_first_paint_waits_for_no_further_answer(name: str) -> None:
    page = read_page(PAGE)
    html = page.files[name].body.decode()
    assert 'rel="stylesheet"' not in html
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all(not told or " defer" in told or ' type="module"' in told for told in scripts)
    assert len(page.files[name].packed) < 14_000  # what a connection sends at once
    linked = re.findall(r"/static/[^\"')]+", html)
    assert linked
    assert {link.split("/", 3)[2] for link in linked} == {page.version}
    assert {link.split("/", 3)[3] for link in linked} <= page.files.keys()


def test_another_content_has_another_address(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    versions = set()
    for text in ("1;", "2;"):
        (tmp_path / "app" / "main.js").write_text(text)
        versions.add(read_page(tmp_path).version)
    assert len(versions) == 2
