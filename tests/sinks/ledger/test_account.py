from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from sinks.ledger.account import Account, Entry, Problem, Tally, tally_of, unresolved

ENTRY = Entry("t", 0, 7, 3_600_000 * 5 + 1, 4)
indices = st.sets(st.integers(0, 3))


@settings(deadline=None)
@given(held=st.lists(st.integers(0, 5)), dead=indices, elsewhere=indices, expired=indices)
def test_every_event_is_counted_once(
    held: list[int], dead: set[int], elsewhere: set[int], expired: set[int]
) -> None:
    tally = tally_of(ENTRY, Counter(held), dead, elsewhere, expired)
    parts = (tally.stored, tally.duplicates, tally.dead, tally.expired, tally.missing)
    assert sum(parts) == tally.produced == 4
    assert tally.doubled == len(held) - len(set(held))
    assert tally.surplus == len({index for index in held if index > 3})


def test_a_letter_about_the_whole_record_is_about_all_of_it() -> None:
    assert unresolved(ENTRY, Counter(), {-1}) == []
    assert tally_of(ENTRY, Counter(), {-1}, ()) == Tally(produced=4, dead=4)


def test_neighbours_make_one_problem_and_lines_are_hours() -> None:
    account = Account()
    for offset in (3, 4, 5, 9):
        account.note(Entry("t", 0, offset, 3_600_001, 2), Tally(produced=2, stored=1, missing=1))
    account.note(Entry("t", 0, 10, 7_200_000, 2), Tally(produced=2, stored=2))
    assert account.problems == [
        Problem("t", 0, 3, 5, "missing", 3),
        Problem("t", 0, 9, 9, "missing", 1),
    ]
    assert [key.hour for key in account.lines] == [3_600_000, 7_200_000]
    assert account.total == Tally(produced=10, stored=6, missing=4)
    assert not account.balanced
