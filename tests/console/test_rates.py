"""The same interval as in ClickHouse's views, and sane for any counts."""

import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import given
from hypothesis import strategies as st

from console.rates import finite, interval, share
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_an_interval_holds_its_rate(successes: int, failures: int) -> None:
    rate, low, high = interval(successes, successes + failures)
    if successes + failures == 0:
        assert (rate, low, high) == (None, None, None)
    else:
        assert rate is not None
        assert low is not None
        assert high is not None
        assert 0 <= low <= rate + 1e-12
        assert rate - 1e-12 <= high <= 1


def test_it_is_the_views_interval(history: ClickHouseSettings) -> None:
    with connect(history) as client:
        for delivered, known, *told in _rows(client):
            assert interval(int(delivered), int(known)) == pytest.approx(tuple(told))


def _rows(client: Client) -> list[tuple[float, ...]]:
    sql = """
        SELECT delivered, sent - unknown, delivery_rate, rate_low, rate_high
        FROM delivery_windows WHERE window_seconds = 60"""
    rows = [tuple(row) for row in client.query(sql).result_rows]
    assert len(rows) == 6
    return rows


def test_a_share_of_nothing_is_none() -> None:
    assert (share(1, 4), share(0, 0)) == (0.25, None)
    assert [finite(number) for number in (1.5, float("nan"), None)] == [1.5, None, None]
