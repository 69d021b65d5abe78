from pathlib import Path

import pytest

from pipeline.cli.pages import PAGES

#: Pages that explain, which no code can write.
BY_HAND = {"windows.md"}
REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_current(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_there_is_no_page_nobody_writes() -> None:
    found = {str(path.relative_to(REFERENCE)) for path in REFERENCE.rglob("*") if path.is_file()}
    assert found == set(PAGES) | BY_HAND
