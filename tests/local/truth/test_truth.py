"""Reading a truth file, and the windows it amounts to."""

from pathlib import Path

import pytest

from local.truth.rows import (
    CallRow,
    CellCounts,
    CellKey,
    FunnelCounts,
    FunnelKey,
    MessageRow,
    VerificationRow,
)
from local.truth.stored import spans
from local.truth.truth import Truth, read_truth
from local.truth.windows import call_windows, funnel, message_windows
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
        _message("failed", None, MINUTE + 60_001, 30007),
        _message("unknown", None, None),
    ]

    assert message_windows(messages, "messaging") == {
        _cell(MINUTE): CellCounts(2, 1, 0, 0, 0, 1),
        _cell(MINUTE + 60_000, "transient"): CellCounts(1, 0, 1, 0, 0, 0),
        _cell(MINUTE + 60_000, "filtered"): CellCounts(1, 0, 0, 1, 0, 0),
    }


def test_each_message_with_a_time_is_in_exactly_one_cell(truth: Truth) -> None:
    rows = [*truth.messages.values(), *truth.attempts.values()]
    timed = [row for row in rows if row.sent_ms or row.outcome == "failed"]

    sent = sum(cell.sent for cell in truth.windows.values())
    assert sent == len(timed) + len(truth.calls)
    assert all(cell.sent == sum(cell[1:]) for cell in truth.windows.values())


def test_a_call_counts_by_how_it_ended() -> None:
    calls = [
        CallRow("AC1", "BR", outcome, MINUTE + 1, None, MINUTE + 9, 0)
        for outcome in ("completed", "busy", "no-answer", "failed", "canceled", "unknown")
    ]
    cells = {key.error_class: counts for key, counts in call_windows(calls).items()}

    assert cells == {
        "": CellCounts(4, 1, 0, 1, 1, 1),
        "busy": CellCounts(1, 0, 1, 0, 0, 0),
        "no_answer": CellCounts(1, 0, 1, 0, 0, 0),
    }


def test_a_verification_counts_when_it_was_started() -> None:
    rows = [
        VerificationRow(
            "AC1", "VA1", "BR", "sms", status, MINUTE + 59_999, None, ("sms",), attempts, delivered
        )
        for status, attempts, delivered in (
            ("approved", 2, 1),
            ("pending", 1, 0),
            ("expired", 1, 1),
            ("max_attempts_reached", 1, 1),
        )
    ]

    key = FunnelKey(MINUTE // 1_000, "AC1", "VA1", "BR", "sms")
    assert funnel(rows) == {key: FunnelCounts(4, 1, 0, 1, 2, 3, 5, 1)}


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
