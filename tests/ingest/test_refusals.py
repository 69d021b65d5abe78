from structlog.testing import capture_logs

from ingest.answers import NOT_JSON, UNEXPECTED, WRONG_SIGNATURE
from ingest.refusals import RefusalLog


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_one_line_a_second_and_reason_with_the_number_held_back() -> None:
    clock = Clock()
    log = RefusalLog(clock)
    with capture_logs() as lines:
        for _ in range(5):
            log.refused(WRONG_SIGNATURE)
        log.refused(NOT_JSON)
        clock.seconds += 1.0
        log.refused(WRONG_SIGNATURE)
    assert [(line["reason"], line["status"], line["more"]) for line in lines] == [
        ("wrong_signature", 403, 0),
        ("not_json", 400, 0),
        ("wrong_signature", 403, 4),
    ]


def test_an_unforeseen_error_is_named_by_type_and_place_only() -> None:
    with capture_logs() as lines:
        try:
            int("from +15550001111")
        except ValueError as error:
            RefusalLog(Clock()).failed(UNEXPECTED, error)
    (line,) = lines
    assert line["error"] == "ValueError"
    assert line["place"].startswith("test_refusals.py:")
    assert "5550001111" not in repr(line)
