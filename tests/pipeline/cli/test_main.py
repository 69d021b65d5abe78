import pytest

from pipeline.cli.exits import Exit
from pipeline.cli.main import COMMANDS, program, run


def test_every_command_explains_itself_with_an_example() -> None:
    for command in program().registered_commands:
        assert command.callback is not None
        assert "Example: " in (command.callback.__doc__ or ""), command.name
    assert tuple(command.name for command in program().registered_commands) == COMMANDS


@pytest.mark.parametrize("arguments", [["nonsense"], ["sql"], ["sql", "--wrong"], []])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == Exit.USAGE
    captured = capsys.readouterr()
    assert "Usage: twilio-pipeline" in captured.out + captured.err
    assert "Traceback" not in captured.out + captured.err


def test_a_wrong_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_PARTITIONS", "many")
    assert run(["lifecycle"]) == Exit.USAGE
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("twilio-pipeline: set TWILIO_PIPELINE_KAFKA_PARTITIONS: Input should")
