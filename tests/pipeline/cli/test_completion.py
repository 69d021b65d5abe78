import re

import pytest

from pipeline import __version__
from pipeline.cli.exits import Exit
from pipeline.cli.main import run


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("twilio-pipeline si", {"sink", "simulate"}),
        ("twilio-pipeline sql --for", {"--format"}),
        ("twilio-pipeline alerts si", {"silence"}),
    ],
)
def test_bash_is_offered_commands_and_options(
    line: str,
    offered: set[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("_TWILIO_PIPELINE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
    run([])
    assert set(capsys.readouterr().out.split()) == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_too(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_TWILIO_PIPELINE_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "twilio-pipeline fallback st")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    run([])
    told = capsys.readouterr().out
    assert re.findall(r"^\W*(start|stop)\b", told, re.MULTILINE | re.IGNORECASE)
    assert "sql" not in told


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_TWILIO_PIPELINE_COMPLETE", f"source_{shell}")
    assert run([]) == Exit.OK
    assert f"=complete_{shell}" in capsys.readouterr().out


def test_the_version_is_one() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == Exit.OK
    assert capsys.readouterr().out == f"twilio-pipeline {__version__}\n"


def test_help_says_what_a_manual_page_would(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == Exit.OK
    told = capsys.readouterr().out
    assert re.search(r"^  Exit code  0 done, 1 differences found, 2 wrong", told, re.MULTILINE)
    assert "TWILIO_PIPELINE_SECRETS_DIR" in told
