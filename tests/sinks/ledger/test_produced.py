"""What ingresses told, against what Kafka has: both ways, and how far it can be known."""

from __future__ import annotations

import msgspec

from pipeline.items.ledger_entry import LedgerEntry
from sinks.ledger.produced import Census, Produced

TOLD_AT = 1_000


def entry(name: str, produced: int, sent: int, *, final: bool = True, **more: int) -> LedgerEntry:
    counts = dict.fromkeys(
        ("received", "refused", "turned_away", "quarantined", "accepted", "dead_lettered"), 0
    )
    counts |= dict.fromkeys(("spooled", "drained", "in_spool", "lost"), 0) | more
    return LedgerEntry(
        ingress_id=name,
        started_at=0,
        told_at=TOLD_AT,
        final=final,
        produced={"t": produced},
        sent={"t": sent},
        **counts,
    )


def census(*entries: LedgerEntry, there: dict[tuple[str, int], int]) -> Produced:
    counted = Census(entries)
    for (name, sent_at), events in there.items():
        counted.count("t", name, sent_at, events)
    return counted.of("t")


def test_those_that_stopped_balance_to_the_event() -> None:
    both = (entry("a", 5, 5), entry("b", 7, 7))
    found = census(*both, there={("a", 1): 5, ("b", 2): 7})
    assert found == Produced(told=12, sent=12, there=12, untold=0)
    assert (found.lost, found.foreign) == (0, 0)
    assert census(*both, there={("a", 1): 5, ("b", 2): 6}).lost == 1
    assert census(*both, there={("a", 1): 5, ("b", 2): 8}).foreign == 1


def test_what_was_not_acknowledged_may_be_there_or_not() -> None:
    for there in (5, 6, 7):
        found = census(entry("a", 5, 7), there={("a", 1): there})
        assert (found.lost, found.foreign) == (0, 0)
    assert census(entry("a", 5, 7), there={("a", 1): 4}).lost == 1
    assert census(entry("a", 5, 7), there={("a", 1): 8}).foreign == 1


def test_a_killed_ingress_is_bounded_by_what_it_sent_after_it_last_told() -> None:
    killed = entry("a", 5, 5, final=False)
    found = census(killed, there={("a", TOLD_AT): 5, ("a", TOLD_AT + 1): 3})
    assert found == Produced(told=5, sent=5, there=8, untold=3)
    assert (found.lost, found.foreign) == (0, 0)
    assert census(killed, there={("a", TOLD_AT): 6}).foreign == 1
    assert census(killed, there={("a", TOLD_AT): 4}).lost == 1


def test_one_that_was_killed_before_it_told_anything_hides_nothing_of_others() -> None:
    found = census(entry("a", 5, 5), there={("a", 1): 5, ("b", 1): 2})
    assert (found.untold, found.lost, found.foreign) == (2, 0, 0)


def test_replayed_letters_do_not_stand_in_for_what_was_lost() -> None:
    assert census(entry("a", 5, 5), there={("a", 1): 4, ("replay", 9): 3}).lost == 1
    assert census(entry("a", 5, 5), there={("a", 1): 5, ("backfill", 9): 3}).foreign == 0


def test_a_spool_that_another_process_drains_is_no_foreign_event() -> None:
    left = entry("a", 5, 5, in_spool=1)
    assert census(left, there={("a", 1): 5, ("a", TOLD_AT + 9): 2}).foreign == 0
    killed = entry("b", 0, 0, final=False, drained=1)
    assert census(entry("a", 5, 5), killed, there={("a", 1): 7}).foreign == 0


def test_entries_of_before_it_was_told_what_was_sent_still_balance() -> None:
    old = msgspec.structs.replace(entry("a", 5, 5), sent={})
    assert census(old, there={("a", 1): 5}) == Produced(told=5, sent=5, there=5, untold=0)
