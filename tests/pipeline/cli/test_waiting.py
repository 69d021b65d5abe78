"""`migrate --wait`: a server that is still starting is waited for."""

import pytest

from local.ports import free_port
from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from pipeline.cli.patience import patiently
from pipeline.errors import PermanentError, UnavailableError

PREFIX = "TWILIO_PIPELINE_CLICKHOUSE_"


class Starting:
    """Answers at its last try; its clock is what was waited."""

    def __init__(self, tries: int, error: Exception) -> None:
        self.left = tries
        self.error = error
        self.waited = 0.0

    def ask(self) -> None:
        self.left -= 1
        if self.left:
            raise self.error

    def pause(self, seconds: float) -> None:
        self.waited += seconds


def test_a_server_that_starts_is_waited_for() -> None:
    server = Starting(4, UnavailableError("not yet"))
    patiently(server.ask, 60, lambda: server.waited, server.pause)
    assert (server.left, server.waited) == (0, 3.0)


def test_one_that_does_not_is_given_up_when_time_is_over() -> None:
    server = Starting(100, UnavailableError("not yet"))
    with pytest.raises(UnavailableError, match="not yet"):
        patiently(server.ask, 5, lambda: server.waited, server.pause)
    assert server.waited == 5.0


def test_one_that_refuses_is_not_asked_again() -> None:
    server = Starting(2, PermanentError("wrong password"))
    with pytest.raises(PermanentError):
        patiently(server.ask, 60, lambda: server.waited, server.pause)
    assert server.waited == 0.0


@pytest.mark.parametrize(
    ("wait", "code", "said"),
    [("1s", Exit.UNAVAILABLE, "does not answer"), ("long", Exit.USAGE, "--wait takes a duration")],
)
def test_a_wait_ends_in_one_line(
    wait: str,
    code: Exit,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(f"{PREFIX}URL", f"http://127.0.0.1:{free_port()}")
    assert run(["migrate", "--dry-run", "--wait", wait]) == code
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
