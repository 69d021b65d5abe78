"""Hostile dimensions cost a bounded number of cells, and nothing is lost of the counts."""

from msgspec.structs import replace

from pipeline.items.window_cell import WindowCell
from processors.lifecycle.fold import LifecycleFold
from tests.processors.lifecycle.stage import (
    MINUTE,
    RULES,
    Counting,
    message,
    new_fold,
    record,
    windows,
)

CAP = 10
FEW = replace(RULES, cells=CAP)


def flood(fold: LifecycleFold, first: int, status: str, offset: int) -> None:
    """Messages 1, 3, 5... of account AC1, each with a service of its own."""
    sids = range(first, first + 200, 2)
    to = "+15550100002"
    events = [message(sid, status, sid, messagingServiceSid=f"MG{sid}", to=to) for sid in sids]
    fold.apply(record(offset, *events))


def kept(fold: LifecycleFold, offset: int) -> list[WindowCell]:
    return [cell for cell in windows(fold.items(offset)) if cell.sent]


def test_beyond_the_cap_messages_count_as_other() -> None:
    watch = Counting()
    fold = new_fold(watch=watch, rules=FEW)
    flood(fold, 1, "sent", 0)
    cells = kept(fold, 0)
    by_service = {(cell.service_sid, cell.carrier): cell.sent for cell in cells}
    assert len(cells) == 2 * CAP + 1
    assert sum(by_service.values()) == 100
    assert by_service["MG1", ""] == 1
    assert by_service["MG23", "other"] == 1
    assert by_service["other", "other"] == 100 - 2 * CAP
    assert watch.counts["capped"] == 100 - CAP


def test_outcomes_move_within_the_cells_chosen_before() -> None:
    fold = new_fold(rules=FEW)
    flood(fold, 1, "sent", 0)
    flood(fold, 1, "delivered", 1)
    cells = kept(fold, 1)
    assert sum(cell.delivered for cell in cells) == 100
    assert sum(cell.unknown for cell in cells) == 0
    assert all(min(cell.sent, cell.unknown, cell.delivered) >= 0 for cell in cells)


def test_a_restart_chooses_as_before() -> None:
    fold, again = new_fold(rules=FEW), new_fold(rules=FEW)
    flood(fold, 1, "sent", 0)
    again.restore(fold.encode(())[0])
    for each in (fold, again):
        flood(each, 1, "delivered", 1)
        flood(each, 301, "sent", 2)
    assert sorted(map(repr, kept(fold, 2))) == sorted(map(repr, kept(again, 2)))


def test_other_accounts_and_windows_have_caps_of_their_own() -> None:
    fold = new_fold(rules=FEW)
    flood(fold, 1, "sent", 0)
    fold.apply(record(1, message(2, "sent", 0), message(5_001, "sent", MINUTE)))
    fold.apply(record(2, message(7, "sent", 0, messagingServiceSid="MG9999")))
    assert {cell.service_sid for cell in kept(fold, 2) if cell.account_sid == "AC0"} == {""}
    later = [cell for cell in kept(fold, 2) if cell.window_start % (10 * 60) and cell.sent == 1]
    assert "MG1" in {cell.service_sid for cell in later}


def test_codes_beyond_a_few_count_together_and_are_taken_out_again() -> None:
    fold, again = new_fold(), new_fold()
    codes = range(100_001, 100_011)  # nobody knows them: all are of one class
    events = [message(2 * code, "failed", 0, code, to="+15550100002") for code in codes]
    fold.apply(record(0, *events))
    again.restore(fold.encode(())[0])
    recovered = [message(2 * code, "read", 500, to="+15550100002") for code in codes if code % 2]
    for each in (fold, again):
        each.apply(record(1, *recovered, message(2, "failed", 1, 100_001)))
        cells = {cell.error_class: cell for cell in windows(each.items(1))}
        assert cells["other"].failed == 6
        assert cells["other"].codes == {
            0: 1,
            100_001: 1,
            **dict.fromkeys(range(100_002, 100_010, 2), 1),
        }


def test_texts_of_absurd_length_are_other() -> None:
    fold = new_fold()
    long = "x" * 100_000
    fold.apply(
        record(0, message(1, "sent", 0, messagingServiceSid=long, channel=long, tags={"a": long}))
    )
    (cell,) = kept(fold, 0)
    assert (cell.service_sid, cell.channel) == ("other", "other")
    assert len(fold.encode(())[0]) < 1_000
