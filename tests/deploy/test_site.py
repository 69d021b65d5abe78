"""The documentation as a site: built strictly, whole, and asking nobody else for anything."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SECONDS = 120.0
#: What a browser fetches by itself, as against links that people follow.
FETCHED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=[\"']?(https?:)?//")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(  # noqa: S603  (mkdocs on our own pages)
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert not done.returncode, done.stderr
    return folder


def test_every_page_is_there_and_can_be_found(site: Path) -> None:
    pages = {page.relative_to(DOCS).with_suffix("") for page in DOCS.rglob("*.md")}
    assert len(pages) > 30
    names = {page.parent / ("index" if page.stem == "README" else page.stem) for page in pages}
    missing = [name for name in names if not (site / f"{name}.html").exists()]
    assert missing == []
    home = (site / "index.html").read_text("utf-8")
    sections = ("quickstart", "how-to/index", "cookbook", "why/offsets", "reference/settings")
    assert [each for each in sections if f'href="{each}.html"' not in home] == []


def test_readers_fetch_nothing_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert [page.name for page in pages if FETCHED.search(page.read_text("utf-8"))] == []
    styles = [page.read_text("utf-8") for page in site.rglob("*.css")]
    assert len(styles) > 0
    assert not [text for text in styles if re.search(r"@import|url\([\"']?https?:", text)]


def test_lists_and_links_to_code_read_as_on_a_forge(site: Path) -> None:
    policy = (site / "how-to" / "write-a-policy.html").read_text("utf-8")
    steps = policy.split("<ol>")[1].split("</ol>")[0]
    assert steps.count("<pre>") == 3
    architecture = (site / "architecture.html").read_text("utf-8")
    assert "<td><code>ingest/</code></td>" in architecture


@pytest.fixture(scope="module")
def hooks() -> Any:  # noqa: ANN401  a module
    spec = importlib.util.spec_from_file_location("site_hooks", ROOT / "deploy/site/hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class File:
    abs_src_path = str(DOCS / "why" / "spool.md")


class Page:
    file = File


def adapted(hooks: Any, text: str, **settings: str) -> str:  # noqa: ANN401  a module
    config = MkDocsConfig()
    config.load_dict({"docs_dir": str(DOCS), **settings})
    found: str = hooks.on_page_markdown(text, page=Page, config=config, files=None)
    return found


def test_links_to_code_lead_to_the_repository_where_one_is_set(hooks: Any) -> None:  # noqa: ANN401
    text = "[code](../../ingest/app.py#L1) and [settings](../reference/settings.md)"
    url = "https://git.example.com/pipeline/"
    assert adapted(hooks, text, repo_url=url) == (
        "[code](https://git.example.com/pipeline/blob/main/ingest/app.py#L1)"
        " and [settings](../reference/settings.md)"
    )
    assert adapted(hooks, text) == "code and [settings](../reference/settings.md)"


def test_a_link_to_nothing_stops_the_build(hooks: Any) -> None:  # noqa: ANN401
    with pytest.raises(PluginError, match=r"no_such\.py does not exist"):
        adapted(hooks, "[code](../../ingest/no_such.py)")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Text:\n- one\n- two\n\nend", "Text:\n\n- one\n- two\n\nend"),
        ("1. a\n   ```\n   - x\n   ```\n2. b", "1. a\n    ```\n    - x\n    ```\n2. b"),
        ("- a\n  more\n\nText", "- a\n    more\n\nText"),
        ("Text\n```\n- x\n  y\n```", "Text\n```\n- x\n  y\n```"),
    ],
)
def test_lists_are_indented_as_the_site_wants_it(hooks: Any, written: str, read: str) -> None:  # noqa: ANN401
    assert adapted(hooks, written) == read
