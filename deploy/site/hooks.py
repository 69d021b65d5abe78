"""Makes a site of docs/ as it is: pages are written for a forge's reader, and stay so."""  # noqa: INP001  mkdocs loads it by its path

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

#: Sections in order, each of files and of folders whose pages follow in the order of their titles.
_SECTIONS: Final = (
    ("Quickstart", ("quickstart.md",)),
    ("How-to guides", ("how-to",)),
    ("Cookbook", ("cookbook.md",)),
    ("Runbooks", ("runbooks",)),
    ("Reference", ("reference", "performance.md", "scale.md")),
    ("Why", ("architecture.md", "why")),
)
_LINK: Final = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>\.\.?/[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")
_ITEM: Final = re.compile(r"(?P<marker>[-*] |\d+\. )\S")
#: What one level of a list is indented by; forges go by the width of the marker.
_INDENT: Final = " " * 4


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the navigation with what is there."""
    docs = Path(config.docs_dir)
    sections = ((title, _entries(docs, places)) for title, places in _SECTIONS)
    config.nav = ["index.md", *({title: entries} for title, entries in sections)]
    return config


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Adapt what a forge renders otherwise."""
    del files

    def outward(found: re.Match[str]) -> str:
        return _outward(found, Path(page.file.abs_src_path or "").parent, config)

    return _LINK.sub(outward, "\n".join(_lists(markdown)))


def _entries(docs: Path, places: tuple[str, ...]) -> Any:  # noqa: ANN401  mkdocs' navigation
    found = [name for place in places for name in _pages(docs, place)]
    return found[0] if len(found) == 1 else found


def _pages(docs: Path, place: str) -> list[str]:
    if place.endswith(".md"):
        return [place]
    pages = sorted((docs / place).glob("*.md"), key=lambda page: (page.stem != "README", page.stem))
    return [str(page.relative_to(docs)) for page in pages]


def _outward(found: re.Match[str], folder: Path, config: MkDocsConfig) -> str:
    """A link to a file outside docs/ leads to the repository, or is text where none is set."""
    docs = Path(config.docs_dir)
    target = (folder / found["path"]).resolve()
    if target.is_relative_to(docs):
        return found[0]
    if not target.exists():
        raise PluginError(f"{folder}: {found['path']} does not exist")
    if not config.repo_url:
        return found["text"]
    path = target.relative_to(docs.parent)
    return (
        f"[{found['text']}]({config.repo_url.rstrip('/')}/blob/main/{path}{found['anchor'] or ''})"
    )


def _lists(markdown: str) -> Iterator[str]:
    """Start lists with an empty line, and indent what belongs to an item as far as is wanted."""
    width, before, fenced = 0, "", False
    for line in markdown.splitlines():
        inside = bool(width) and line.startswith(" " * width)
        if line.lstrip().startswith("```"):
            fenced = not fenced
        item = None if inside or fenced else _ITEM.match(line)
        if item:
            if before and not width:
                yield ""
            width = len(item["marker"])
        elif line.strip() and not inside:
            width = 0
        yield _INDENT + line[width:] if inside else line
        before = line.strip()
