"""State rows: bounded by what lives, restored exactly, safe from a former owner's rows."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.runtime.fold import SourceRecord
from processors.runtime.partition import Flush, PartitionState
from processors.runtime.segments import Found, read_rows
from tests.processors.runtime.counting import CountingFold

TOPIC = "words"


class Changelog:
    """A compacted topic: the newest value of each key."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}

    def write(self, flush: Flush, *, deletions: slice = slice(None)) -> None:
        self.rows.update(flush.records)
        for key in flush.obsolete[deletions]:
            del self.rows[key]

    def read(self) -> Found:
        return read_rows(self.rows.items()).get((TOPIC, 0), Found())


def new_state(changelog: Changelog, generation: int = 1) -> PartitionState:
    state = PartitionState(TOPIC, 0, CountingFold("out", 0), generation)
    state.restore(changelog.read().rows)
    return state


def feed(state: PartitionState, *words: str) -> None:
    state.apply(SourceRecord(state.fence.last + 1, 0, msgspec.json.encode(words)))


def flushed(state: PartitionState) -> Flush:
    flush = state.flush()
    assert flush is not None
    return flush


def counts(state: PartitionState) -> Counter[str]:
    fold = state.fold
    assert isinstance(fold, CountingFold)
    return Counter({word.word: word.count for word in fold.words.values()})


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), st.booleans())))
def test_a_restart_restores_what_was_flushed(steps: list[tuple[str, bool, bool]]) -> None:
    changelog, truth = Changelog(), Counter[str]()
    state = new_state(changelog)
    for generation, (word, flush, restart) in enumerate(steps, 2):
        feed(state, word)
        truth[word] += 1
        if flush or restart:
            changelog.write(flushed(state))
        if restart:
            state = new_state(changelog, generation)
            assert state.fence.last == truth.total() - 1
        assert counts(state) == truth


def test_nothing_new_flushes_nothing() -> None:
    state = new_state(Changelog())
    assert state.flush() is None
    feed(state, "a")
    assert flushed(state).next_offset == 1
    assert state.flush() is None


def test_rows_are_bounded_by_the_live_state() -> None:
    changelog, state = Changelog(), new_state(Changelog())
    for number in range(5_000):
        feed(state, f"word-{number % 3}")
        changelog.write(flushed(state))
    assert len(changelog.rows) == state.rows <= 1_001
    assert counts(new_state(changelog)) == {"word-0": 1667, "word-1": 1667, "word-2": 1666}


def test_a_word_that_never_changes_again_survives_every_sweep() -> None:
    changelog, state = Changelog(), new_state(Changelog())
    feed(state, "early")
    for number in range(3_000):
        feed(state, f"word-{number % 3}")
        changelog.write(flushed(state))
    assert counts(new_state(changelog))["early"] == 1


@pytest.mark.parametrize("deletions", [slice(0), slice(1), slice(1, None), slice(2, 3)])
def test_a_sweep_interrupted_in_its_deletions_leaves_the_state_whole(deletions: slice) -> None:
    changelog, truth = Changelog(), Counter[str]()
    state = new_state(changelog)
    crashes = 0
    for number in range(900):
        many = 300 if number % 50 == 49 else 3  # a large row has several small ones swept
        words = [f"word-{(number * 3 + shift) % 400}" for shift in range(many)]
        feed(state, *words)
        truth.update(words)
        flush = flushed(state)
        if len(flush.obsolete) < 3 or number % 50 > 1:
            changelog.write(flush)
            continue
        changelog.write(flush, deletions=deletions)
        state = new_state(changelog, generation=number)
        crashes += 1
        assert state.fence.last == number
        assert counts(state) == truth
    assert crashes > 2
    feed(state, "last")
    changelog.write(flushed(state))
    assert len(changelog.rows) == state.rows  # what the sweeps left was deleted


def test_a_paused_owner_can_not_harm_its_successor() -> None:
    changelog = Changelog()
    first = new_state(changelog, generation=1)
    feed(first, "a")
    changelog.write(flushed(first))
    second = new_state(changelog, generation=2)
    feed(first, "b")  # the same record goes to both: the first does not know it is paused
    feed(second, "b")
    changelog.write(flushed(second))
    changelog.write(flushed(first), deletions=slice(0))  # lands late; its commit is refused
    feed(second, "c")
    changelog.write(flushed(second))
    third = new_state(changelog, generation=3)
    assert counts(third) == Counter("abc")
    feed(third, "d")
    changelog.write(flushed(third))
    assert {row.id.epoch for row in changelog.read().rows} == {1, 2, 3}
    assert len(changelog.rows) == 4  # a, b, c, d: the stray row is gone


def test_the_epoch_rises_even_when_the_groups_generation_starts_anew() -> None:
    changelog = Changelog()
    for generation in (7, 1, 1):
        state = new_state(changelog, generation)
        feed(state, "a")
        changelog.write(flushed(state))
    assert counts(new_state(changelog)) == {"a": 3}
    assert sorted(row.id.epoch for row in changelog.read().rows) == [7, 8, 9]


def test_what_a_dead_writer_left_of_a_row_is_deleted() -> None:
    changelog, state = Changelog(), PartitionState(TOPIC, 0, CountingFold("out", 0), 1)
    changelog.rows[b"words|0|1|0|2|3"] = b"a segment"
    assert not changelog.read().rows
    state.restore((), changelog.read().remains)
    feed(state, "a")
    changelog.write(flushed(state))
    assert counts(new_state(changelog)) == {"a": 1}
    assert len(changelog.rows) == 1


def test_a_flush_tells_when_its_newest_record_came() -> None:
    state = new_state(Changelog())
    for offset, received_at in enumerate((2_000, 3_000)):
        state.apply(SourceRecord(offset, received_at, b'["a"]'))
    assert flushed(state).newest_ms == 3_000
    feed(state, "b")
    assert flushed(state).newest_ms == 0
