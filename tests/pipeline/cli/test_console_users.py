"""Who may log in to the console, by command."""

import io
import stat
from pathlib import Path

import pytest

from console.users import read_users
from console.visitor import Role
from pipeline.cli.exits import Exit
from pipeline.cli.main import run


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What all commands work on, with the password on standard input."""
    path = tmp_path / "users.json"
    monkeypatch.setenv("TWILIO_PIPELINE_CONSOLE_USERS_FILE", str(path))
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\nbattery staple\n"))
    return path


def test_users_are_added_changed_listed_and_removed(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["console", "user", "add", "ada", "--role", "operator"]) == Exit.OK
    first = read_users(file)["ada"]
    assert (first.role, first.password[:10]) == (Role.OPERATOR, "$argon2id$")
    assert b"correct horse" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run(["console", "user", "add", "ada"]) == Exit.OK
    assert read_users(file)["ada"].password != first.password
    assert run(["console", "user", "list"]) == Exit.OK
    assert run(["console", "user", "remove", "ada"]) == Exit.OK
    assert read_users(file) == {}
    assert capsys.readouterr().out.splitlines() == [
        "ada may log in as operator",
        "ada may log in as viewer",
        "viewer    ada",
        "ada may not log in any more",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "a b"], "a user's name has 1 to 64 letters"),
        (["remove", "ada"], "has no user ada"),
    ],
)
@pytest.mark.usefixtures("file")
def test_mistakes_are_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["console", "user", *arguments]) == Exit.USAGE
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_short_password_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert run(["console", "user", "add", "ada"]) == Exit.USAGE
    assert capsys.readouterr().err == "twilio-pipeline: a password has 12 to 1024 characters\n"
    assert not file.exists()


def test_a_damaged_file_is_said_and_kept(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text('{"users": [{}]}')
    assert run(["console", "user", "add", "ada"]) == Exit.USAGE
    assert "is no users file" in capsys.readouterr().err
    assert file.read_text() == '{"users": [{}]}'


def test_without_anybody_who_may_log_in_it_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TWILIO_PIPELINE_CONSOLE_USERS_FILE", raising=False)
    assert run(["console"]) == Exit.USAGE
    assert capsys.readouterr().err.startswith("twilio-pipeline: nobody could log in: make users")
