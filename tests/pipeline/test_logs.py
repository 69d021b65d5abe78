import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from pipeline.logs import configure
from pipeline.settings import LogSettings, load


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    for name in ("faust", "mode", "aiokafka"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


def test_both_kinds_of_loggers_write_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure(load(LogSettings, format="json", level="INFO"))
    structlog.stdlib.get_logger("ours").info("state restored", rows=3)
    logging.getLogger("theirs").warning("slow %s", "broker")
    logging.getLogger("theirs").debug("not shown")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["rows"], ours["level"]) == ("state restored", 3, "info")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == (
        "slow broker",
        "theirs",
        "warning",
    )


def test_chatty_libraries_are_heard_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    configure(load(LogSettings, format="json"))
    logging.getLogger("aiokafka.consumer").info("joined")
    logging.getLogger("aiokafka.consumer").warning("gone")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "gone"


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure(load(LogSettings, format="text"))
    structlog.stdlib.get_logger("ours").info("state restored", rows=3)
    assert "state restored" in capsys.readouterr().err
