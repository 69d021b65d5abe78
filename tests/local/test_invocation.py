import pytest

from local.invocation import invocation


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        (".venv/bin/twilio-pipeline", ".venv/bin/twilio-pipeline"),
        ("twilio-pipeline", "twilio-pipeline"),
        ("/usr/lib/python3/pytest/__main__.py", "twilio-pipeline"),
    ],
)
def test_hints_name_the_command_as_it_was_called(
    called: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [called])
    assert invocation() == shown
