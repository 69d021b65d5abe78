import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.lattice import Lattice
from processors.alerts.slices import SHAPES, Leaf, Slice, slices_of

VALUES = st.sampled_from("ab")
LEAVES = st.lists(st.tuples(*[VALUES] * 7), min_size=1, max_size=20, unique=True)


def built(leaves: list[Leaf]) -> Lattice:
    lattice = Lattice()
    for leaf in leaves:
        lattice.add(leaf)
    return lattice


@given(LEAVES)
def test_sums_and_members_are_what_the_slices_say(leaves: list[Leaf]) -> None:
    lattice = built(leaves)
    values = np.arange(1.0, len(leaves) + 1).astype(np.float32)
    sums = lattice.sums(np.stack([values, 2 * values], axis=1))
    for row, each in enumerate(lattice.slices):
        inside = [number for number, leaf in enumerate(leaves) if each.contains(leaf)]
        assert lattice.members(row).tolist() == inside
        assert sums[row].tolist() == [values[inside].sum(), 2 * values[inside].sum()]


@given(LEAVES)
def test_every_slice_comes_after_the_one_it_learns_from(leaves: list[Leaf]) -> None:
    lattice, done = built(leaves), {-1}
    for rows, parents in lattice.generations():
        assert set(parents.tolist()) <= done
        done |= set(rows.tolist())
    assert done == {-1, *range(len(lattice.slices))}


@given(LEAVES, st.data())
def test_a_slice_is_touched_when_any_of_its_leaves_is_marked(
    leaves: list[Leaf], data: st.DataObject
) -> None:
    lattice = built(leaves)
    marked = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(leaves), max_size=len(leaves)))
    )
    expected = [bool(marked[lattice.members(row)].any()) for row in range(len(lattice.slices))]
    assert lattice.touched(marked).tolist() == expected


@given(LEAVES, st.data())
def test_dropping_leaves_leaves_what_the_others_alone_would_give(
    leaves: list[Leaf], data: st.DataObject
) -> None:
    lattice = built(leaves)
    before = list(lattice.slices)
    kept = sorted(data.draw(st.sets(st.sampled_from(range(len(leaves))), min_size=1)))
    old = lattice.keep(kept)
    alone = built([leaves[number] for number in kept])
    assert lattice.slices == alone.slices
    assert [before[number] for number in old] == alone.slices


def test_a_leaf_is_in_one_slice_of_every_shape() -> None:
    leaf = ("messaging", "AC1", "sms", "MG1", "BR", "72405", "long_code")
    found = slices_of(leaf)
    assert [each.shape for each in found] == list(range(len(SHAPES)))
    assert found[8] == Slice(8, ("messaging", "AC1", "BR", "72405"))
    assert found[8].text() == "product=messaging,account_sid=AC1,country=BR,carrier=72405"
