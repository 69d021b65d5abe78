from importlib.resources import files
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from processors.fallback.policy_source import PolicySource

TEXT = files("processors.fallback").joinpath("default.toml").read_text("utf-8")


class Place:
    """A policy file, a clock that the test moves, and how often a version was refused."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "policy.toml"
        self.file.write_text(TEXT)
        self.now = 0.0
        self.refused = 0
        self.source = PolicySource(self.file, lambda: self.now, self.refuse)

    def refuse(self) -> None:
        self.refused += 1

    def is_dry_after(self, text: str) -> bool:
        """What holds a second after the file was written anew."""
        self.file.write_text(text)
        self.now += 1
        return self.source.current().dry_run


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_changed_file_is_read_within_a_second(place: Place) -> None:
    assert place.source.current().dry_run
    assert not place.is_dry_after(TEXT.replace("dry_run = true", "dry_run = false"))
    assert place.refused == 0


def test_a_file_that_became_unusable_changes_nothing_and_is_counted_once(place: Place) -> None:
    place.is_dry_after(TEXT.replace("dry_run = true", "dry_run = false"))
    assert not place.is_dry_after("dry_run = maybe")
    place.now += 10
    assert not place.source.current().dry_run
    assert place.refused == 1
    assert place.is_dry_after(TEXT)


def test_a_file_that_went_away_changes_nothing(place: Place) -> None:
    place.file.unlink()
    place.now += 1
    assert place.source.current().policies[0].name == "verify"
    assert place.refused == 1


def test_without_a_usable_file_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        PolicySource(tmp_path / "nowhere.toml", lambda: 0.0, lambda: None)
