from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell
from processors.alerts.cells import CONVERSION, CellBook
from processors.alerts.change import Change

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
MINUTE = START // 60


def changes(book: CellBook, *minutes: int) -> list[Change]:
    return [change for minute in minutes for change in book.changes(MINUTE + minute)]


@given(st.lists(COUNTS, min_size=1, max_size=6), st.data())
def test_changes_add_up_to_the_newest_value_whatever_is_repeated_and_when(
    values: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    upserts = [cell(version, *counts) for version, counts in enumerate(values)]
    extra = data.draw(st.lists(st.sampled_from(upserts), max_size=5))
    book, minute, found = CellBook(60), 0, list[Change]()
    for each in data.draw(st.permutations([*upserts, *extra])):
        book.window(each, MINUTE + minute)
        if data.draw(st.booleans()):
            found += changes(book, minute)
            minute += 1
    found += changes(book, minute)
    delivered, failed, unknown = values[-1]
    assert sum(c.sent for c in found) == delivered + failed + unknown
    assert sum(c.known for c in found) == delivered + failed
    assert sum(c.failed for c in found) == failed
    assert sum(c.waiting for c in found) == unknown


def test_a_failure_moves_from_one_cell_to_another_within_a_slice() -> None:
    book = CellBook(60)
    book.window(cell(1, 0, 0, 2), MINUTE)
    first = changes(book, 0)
    book.window(cell(5, 0, 0, 1), MINUTE + 1)
    growth = book.window(cell(5, 0, 1, 0, error_class="filtered", codes={30007: 1}), MINUTE + 1)
    assert [(c.cohort, c.sent, c.waiting, c.known, c.failed) for c in first + changes(book, 1)] == [
        (MINUTE, 2, 2, 0, 0),
        (MINUTE, -1, -1, 0, 0),
        (MINUTE, 1, 0, 1, 1),
    ]
    assert growth is not None
    assert (growth.error_class, growth.failed, growth.codes) == ("filtered", 1, {30007: 1})


def test_a_cell_of_a_later_minute_counts_then() -> None:
    book = CellBook(60)
    book.window(cell(1, 2, 0, 0), MINUTE - 1)
    book.window(cell(2, 3, 0, 0), MINUTE - 1)
    assert changes(book, -1) == []
    book.window(cell(3, 4, 0, 0), MINUTE)
    assert [c.sent for c in changes(book, 0)] == [4]


def test_cells_of_other_partitions_add_up_and_old_ones_are_forgotten() -> None:
    book = CellBook(60)
    book.window(cell(7, 1, 0, 0), MINUTE)
    book.window(cell(3, 1, 0, 0, source_partition=1), MINUTE)
    assert sum(change.sent for change in changes(book, 0)) == 2
    assert book.size() == 4  # two cells, two places
    book.forget(MINUTE + 61)
    assert book.size() == 0


def test_dates_that_can_not_be_true_and_old_cells_are_left_alone() -> None:
    book = CellBook(60)
    assert book.window(cell(1, 1, 1, 0), MINUTE + 61) is None
    assert book.window(cell(1, 1, 1, 0), MINUTE - 61) is None
    book.window(cell(1, 1, 1, 0), MINUTE)
    book.window(cell(1, 1, 1, 0), MINUTE)
    assert book.ignored == {"old": 1, "ahead": 1, "repeated": 1}


def test_codes_are_counted_by_leaf_and_minute() -> None:
    book = CellBook(60)
    book.window(cell(1, 0, 3, 0, codes={30003: 2, 0: 1}), MINUTE)
    book.window(cell(1, 0, 2, 0, codes={30003: 2}, country="DE"), MINUTE)
    leaf = ("messaging", "AC1", "sms", "MG1", "BR", "", "")
    assert book.codes([leaf], MINUTE - 5, MINUTE) == {30003: 2, 0: 1}
    assert book.codes([leaf], MINUTE + 1, MINUTE + 1) == {}


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


def test_conversions_are_judged_as_whole_cohorts_and_once() -> None:
    book = CellBook(60)
    book.funnel(funnel(2, approved=6, expired=0, pending=4), MINUTE)
    book.funnel(funnel(1, approved=0, expired=0, pending=1), MINUTE + 1)
    assert changes(book, *range(11)) == []
    (change,) = changes(book, 11)
    assert change.leaf == (CONVERSION, "AC1", "sms", "VA1", "BR", "", "")
    assert (change.cohort, change.sent, change.known, change.failed) == (MINUTE + 11, 10, 10, 4)
    book.funnel(funnel(3, approved=7, expired=3, pending=0), MINUTE + 12)
    assert changes(book, *range(12, 30)) == []


def test_a_restored_book_goes_on_in_the_middle_of_a_minute() -> None:
    book, other = CellBook(60), CellBook(60)
    book.window(cell(4, 3, 1, 2), MINUTE)
    changes(book, 0)
    book.window(cell(6, 4, 1, 1), MINUTE + 1)
    book.funnel(funnel(2, approved=6, expired=0, pending=4), MINUTE + 1)
    cells = [each for key in book.changed if (each := book.cell(key))]
    places = [place for number in (0, 1) if (place := book.place(number))]
    other.put(places, cells)
    other.resume(MINUTE + 1, book.next_place)
    assert other.size() == book.size() == 4
    for one in (book, other):
        one.window(cell(5, 3, 2, 1), MINUTE + 1)  # older
        one.window(cell(7, 5, 1, 0), MINUTE + 1)
    assert changes(other, 1) == changes(book, 1) != []
    assert changes(other, 11) == changes(book, 11) != []
