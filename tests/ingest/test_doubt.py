from structlog.testing import capture_logs

from ingest.doubt import Doubt


def test_who_used_to_be_right_and_fails_in_a_row_is_in_doubt_for_a_time() -> None:
    now = [100.0]
    doubt = Doubt(3, 60.0, lambda: now[0])
    doubt.right("twilio")
    with capture_logs() as lines:
        assert [doubt.wrong("twilio") for _ in range(4)] == [False, False, True, True]
    assert [(line["log_level"], line["failures"]) for line in lines] == [("error", 3)]
    assert doubt.count() == 1
    now[0] += 60.0
    assert not doubt.wrong("twilio")
    assert doubt.count() == 0


def test_one_right_signature_ends_the_row() -> None:
    doubt = Doubt(2, 60.0, lambda: 0.0)
    doubt.right("twilio")
    for _ in range(5):
        assert not doubt.wrong("twilio")
        doubt.right("twilio")


def test_a_stranger_is_never_in_doubt() -> None:
    doubt = Doubt(1, 60.0, lambda: 0.0)
    assert not any(doubt.wrong("stranger") for _ in range(5))
    assert doubt.count() == 0


def test_the_memory_is_bounded() -> None:
    doubt = Doubt(1, 60.0, lambda: 0.0)
    for number in range(5000):
        doubt.right(str(number))
    assert not doubt.wrong("0")
    assert doubt.wrong("4999")
