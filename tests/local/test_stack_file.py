from pathlib import Path

import pytest

from local import stack_file
from local.stack_file import StackFile, read_stack_file, write_stack_file
from pipeline.errors import ConfigurationError

CONTENT = StackFile(
    ready=True,
    ingest="http://127.0.0.1:1/twilio/events",
    kafka="127.0.0.1:2",
    clickhouse="http://127.0.0.1:3",
    public_url="https://localhost/twilio/events",
    auth_token="secret",
    parts={"kafka": 7},
)


def test_what_is_written_is_read_by_file_and_by_folder(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    write_stack_file(path, CONTENT)
    assert read_stack_file(path) == read_stack_file(tmp_path) == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["stack.json"]


def test_a_folder_without_a_stack_says_how_to_start_one(tmp_path: Path) -> None:
    missing = tmp_path / "absent"
    with pytest.raises(ConfigurationError, match=f"`twilio-pipeline up --data {missing}`"):
        read_stack_file(missing)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"ready": true}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "stack.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"stack\.json is not a stack\.json"):
        read_stack_file(path)


def test_the_last_stack_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert stack_file.last_stack() is None
    stack_file.remember_stack(tmp_path / "stack.json")
    assert stack_file.last_stack() == tmp_path / "stack.json"
