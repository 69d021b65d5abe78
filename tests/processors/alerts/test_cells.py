from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell
from processors.alerts.cells import CONVERSION, CellBook

START = 1_767_571_200


def cell(version: int, delivered: int, failed: int, unknown: int, **over: Any) -> WindowCell:  # noqa: ANN401  any field
    return WindowCell(
        **{
            "window_start": START,
            "window_seconds": 60,
            "account_sid": "AC1",
            "product": "messaging",
            "channel": "sms",
            "service_sid": "MG1",
            "country": "BR",
            "carrier": "",
            "sender_type": "",
            "error_class": "",
            "source_topic": "twilio.messaging",
            "source_partition": 0,
            "read": 0,
            "canceled": 0,
            "undelivered": 0,
            "latency_buckets": [],
            "latency_counts": [],
            **over,
        },
        version=version,
        sent=delivered + failed + unknown,
        delivered=delivered,
        failed=failed,
        unknown=unknown,
    )


COUNTS = st.tuples(*[st.integers(0, 9)] * 3)


@given(st.lists(COUNTS, min_size=1, max_size=6), st.data())
def test_changes_add_up_to_the_newest_value_whatever_is_repeated(
    values: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    upserts = [cell(version, *counts) for version, counts in enumerate(values)]
    extra = data.draw(st.lists(st.sampled_from(upserts), max_size=5))
    order = data.draw(st.permutations([*upserts, *extra]))
    book = CellBook(60)
    changes = [change for each in order if (change := book.upsert(each))]
    delivered, failed, unknown = values[-1]
    assert sum(c.sent for c in changes) == delivered + failed + unknown
    assert sum(c.known for c in changes) == delivered + failed
    assert sum(c.failed for c in changes) == failed
    assert sum(c.waiting for c in changes) == unknown


def test_a_failure_moves_from_one_cell_to_another_within_a_slice() -> None:
    book = CellBook(60)
    changes = [
        book.upsert(cell(1, 0, 0, 2)),
        book.upsert(cell(5, 0, 0, 1)),
        book.upsert(cell(5, 0, 1, 0, error_class="filtered")),
    ]
    assert [(c.sent, c.waiting, c.known, c.failed) for c in changes if c] == [
        (2, 2, 0, 0),
        (-1, -1, 0, 0),
        (1, 0, 1, 1),
    ]


def test_cells_of_other_partitions_add_up_and_old_ones_are_forgotten() -> None:
    book = CellBook(60)
    assert book.upsert(cell(7, 1, 0, 0))
    assert book.upsert(cell(3, 1, 0, 0, source_partition=1))
    assert book.size() == 2
    book.forget(START // 60 + 61)
    assert book.size() == 0


def funnel(version: int, approved: int, expired: int, pending: int) -> FunnelCell:
    return FunnelCell(
        window_start=START,
        window_seconds=60,
        account_sid="AC1",
        service_sid="VA1",
        country="BR",
        channel="sms",
        source_topic="twilio.verify",
        source_partition=0,
        version=version,
        started=approved + expired + pending,
        pending=pending,
        approved=approved,
        canceled=0,
        expired=expired,
        max_attempts=0,
        delivered=0,
        attempts=0,
        repeated=0,
        approve_buckets=[],
        approve_counts=[],
    )


def test_conversions_are_judged_as_whole_cohorts() -> None:
    book = CellBook(60)
    book.upsert_funnel(funnel(2, approved=6, expired=0, pending=4))
    book.upsert_funnel(funnel(1, approved=0, expired=0, pending=1))
    minute = START // 60
    assert book.matured(minute + 10) == []
    (change,) = book.matured(minute + 11)
    assert change.leaf == (CONVERSION, "AC1", "sms", "VA1", "BR", "", "")
    assert (change.sent, change.known, change.failed) == (10, 10, 4)
    assert book.matured(minute + 12) == []


def test_a_restored_book_knows_what_is_old() -> None:
    book, other = CellBook(60), CellBook(60)
    book.upsert(cell(4, 3, 1, 2))
    book.upsert_funnel(funnel(2, approved=6, expired=0, pending=4))
    other.restore(book.encode())
    assert other.upsert(cell(4, 3, 1, 2)) is None
    change = other.upsert(cell(5, 4, 1, 1))
    assert change is not None
    assert (change.sent, change.known) == (0, 1)
    assert len(other.matured(START // 60 + 11)) == 1
