import logging

from pipeline.calm import Calm


def record(name: str, line: int) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "client.py", line, "away", None, None)


def test_one_line_a_second_from_each_place_of_the_library() -> None:
    seconds = 100.0
    calm = Calm("aiokafka", lambda: seconds)
    lines = [("aiokafka.client", 1), ("aiokafka.client", 1), ("aiokafka", 2), ("aiokafka", 1)]
    assert [calm.filter(record(*line)) for line in lines] == [True, False, True, False]
    seconds += 1.0
    assert calm.filter(record("aiokafka.client", 1))


def test_other_loggers_are_left_alone() -> None:
    calm = Calm("aiokafka", lambda: 100.0)
    assert all(calm.filter(record(name, 1)) for name in ("ingest", "ingest", "aiokafkas"))
