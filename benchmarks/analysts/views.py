"""How fast the views answer with ten million events in the store.

``python -m benchmarks views``. The time is the client's, answer included. The simulator's sample
of 2.4 hours goes through folds and row makers; a hundred shifted copies of it make ten days of
21 accounts.
"""

import time
from pathlib import Path
from typing import Final

import numpy as np
from clickhouse_connect.driver.client import Client

from benchmarks.analysts.engine import engine
from benchmarks.analysts.filling import Size, fill
from benchmarks.analysts.questions import QUESTIONS
from benchmarks.result import Result
from sinks.clickhouse import connect

SIZE: Final = Size(messages=36_000, copies=99)
_ROUNDS: Final = 12
_ACCOUNTS: Final = (Path(__file__).with_name("accounts.sql")).read_text("utf-8")


def run() -> Result:
    """Fill an engine and ask every view both questions."""
    with engine() as settings, connect(settings) as client:
        fill(client, settings, SIZE, int(time.time() * 1000))
        return Result("views", measure(client), {})


def measure(client: Client) -> dict[str, float]:
    """Milliseconds by view and span: the median and the 95th percentile."""
    until = str(client.command("SELECT toString(max(event_time)) FROM events_store"))
    accounts = [str(row[0]) for row in client.query(_ACCOUNTS).result_rows]
    figures: dict[str, float] = {}
    for question in QUESTIONS:
        for span, sql in (("hour", question.hour), ("day", question.day)):
            taken = [
                _milliseconds(client, sql, {"until": until, "account": account})
                for account in (accounts * _ROUNDS)[:_ROUNDS]
            ]
            p50, p95 = np.percentile(taken, (50, 95))
            figures[f"{question.view}_{span}_p50_ms"] = float(p50)
            figures[f"{question.view}_{span}_p95_ms"] = float(p95)
    return figures


def _milliseconds(client: Client, sql: str, parameters: dict[str, str]) -> float:
    started = time.perf_counter()
    client.raw_query(sql, parameters=parameters, fmt="Native")
    return 1000 * (time.perf_counter() - started)
