from pathlib import Path

import pytest

from local.kafka.java import find_java, java_version


def fake_java(folder: Path, text: str) -> Path:
    java = folder / "java"
    java.write_text(f"#!/bin/sh\necho '{text}' >&2\n")
    java.chmod(0o755)
    return java


def test_the_java_that_is_found_can_run_the_broker() -> None:
    assert java_version(find_java()) >= 17


@pytest.mark.parametrize(
    ("text", "version"),
    [('openjdk version "17.0.15" 2025', 17), ('openjdk version "25" 2025', 25), ("nothing", 0)],
)
def test_versions_are_read(tmp_path: Path, text: str, version: int) -> None:
    assert java_version(fake_java(tmp_path, text)) == version


def test_what_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert java_version(tmp_path / "absent") == 0
