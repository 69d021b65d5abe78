"""Reading a truth file, and the windows it amounts to."""

from pathlib import Path

import pytest

from local.truth.rows import CellCounts, CellKey, MessageRow
from local.truth.stored import spans
from local.truth.truth import Truth, read_truth
from local.truth.windows import expected_windows
from pipeline.errors import ConfigurationError

MINUTE = 1_767_225_600_000


def _message(outcome: str, sent: int | None, finished: int | None, code: int = 0) -> MessageRow:
    return MessageRow("AC1", "MG1", "sms", "BR", outcome, code, sent, finished)


def _cell(start: int, error_class: str = "") -> CellKey:
    return CellKey(start // 1_000, "AC1", "messaging", "sms", "MG1", "BR", error_class)


def test_a_message_counts_in_the_window_it_was_sent_in() -> None:
    messages = [
        _message("delivered", MINUTE + 59_999, MINUTE + 61_000),
        _message("unknown", MINUTE, None),
        _message("undelivered", MINUTE + 60_000, MINUTE + 61_000, 30003),
        _message("delivered", None, MINUTE + 60_001),
        _message("unknown", None, None),
    ]

    assert expected_windows(messages) == {
        _cell(MINUTE): CellCounts(2, 1, 0, 0, 0, 1),
        _cell(MINUTE + 60_000, "transient"): CellCounts(1, 0, 1, 0, 0, 0),
        _cell(MINUTE + 60_000): CellCounts(1, 1, 0, 0, 0, 0),
    }


def test_each_message_with_a_time_is_in_exactly_one_cell(truth: Truth) -> None:
    timed = [row for row in truth.messages.values() if row.sent_ms or row.finished_ms]

    assert sum(cell.sent for cell in truth.windows.values()) == len(timed)
    assert all(cell.sent == sum(cell[1:]) for cell in truth.windows.values())


@pytest.mark.parametrize("content", ["nonsense\n", '{"kind":"event"}\n', '{"kind":"other"}\n'])
def test_a_file_that_is_none_is_said_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "truth.ndjson"
    path.write_text(content)

    with pytest.raises(ConfigurationError, match="is not a truth file"):
        read_truth(path)


def test_a_missing_file_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't read the truth file"):
        read_truth(tmp_path / "missing")


def test_spans_cover_every_time_once() -> None:
    assert list(spans([1, 2, 2, 2, 3, 9], size=2)) == [(1, 2), (2, 3), (3, 10)]
    assert list(spans([], size=2)) == []
