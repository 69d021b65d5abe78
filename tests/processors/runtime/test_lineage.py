import pytest

from processors.runtime.lineage import LostRowError, history
from processors.runtime.row import ORIGIN, RowId, StateRow

A1, A2, A3 = RowId(1, 0), RowId(1, 1), RowId(1, 2)
B1, B2 = RowId(2, 0), RowId(2, 1)
C1 = RowId(4, 0)


def row(identity: RowId, parent: RowId, oldest: RowId = ORIGIN) -> StateRow:
    return StateRow("twilio.messaging", 0, identity, parent, 0, b"", oldest)


def split(*rows: StateRow) -> tuple[list[RowId], set[RowId]]:
    kept, strays = history(rows)
    return [row.id for row in kept], {row.id for row in strays}


def test_no_rows_have_no_history() -> None:
    assert split() == ([], set())


def test_owners_that_follow_each_other_make_one_history() -> None:
    rows = [row(C1, B2), row(A1, ORIGIN), row(B2, A2), row(A2, ORIGIN), row(B1, A2)]
    assert split(*rows) == ([A1, A2, B1, B2, C1], set())


def test_a_paused_owners_late_row_is_a_stray() -> None:
    rows = [row(A1, ORIGIN), row(A2, ORIGIN), row(B1, A2), row(A3, ORIGIN)]
    assert split(*rows) == ([A1, A2, B1], {A3})


def test_an_owner_that_restored_nothing_of_the_one_before_disowns_it() -> None:
    assert split(row(A1, ORIGIN), row(B1, ORIGIN)) == ([B1], {A1})


def test_a_stray_of_an_owner_whose_own_rows_were_merged_away() -> None:
    # the second owner's rows (epoch 2) and all before were swept; a late row of the first shows up
    assert split(row(A3, ORIGIN), row(C1, B2)) == ([C1], {A3})


def test_rows_merged_away_at_the_old_end_are_not_missed() -> None:
    assert split(row(A3, ORIGIN), row(B1, A3), row(B2, A3)) == ([A3, B1, B2], set())


def test_what_a_sweep_did_not_get_to_delete_is_a_stray() -> None:
    rows = [row(A1, ORIGIN, A1), row(A3, ORIGIN, A3), row(B1, A3, A3)]
    assert split(*rows) == ([A3, B1], {A1})


@pytest.mark.parametrize(
    ("lost", "rows"),
    [
        ("the oldest", [row(A2, ORIGIN, A1), row(A3, ORIGIN, A1)]),
        ("one of an owner", [row(A1, ORIGIN, A1), row(A3, ORIGIN, A1)]),
        ("an owner's last", [row(A1, ORIGIN, A1), row(A2, ORIGIN, A1), row(B1, A3, A1)]),
    ],
)
def test_a_row_that_is_missing_is_not_overlooked(lost: str, rows: list[StateRow]) -> None:
    newest = rows[-1].id
    match = f"partition 0 lacks rows between 1/0 and {newest.epoch}/{newest.sequence}"
    with pytest.raises(LostRowError, match=match):
        history(rows)
    assert lost
