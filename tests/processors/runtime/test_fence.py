import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.runtime.fence import Fence, HoleError, Verdict


@given(st.lists(st.integers(0, 30), max_size=60))
def test_only_a_contiguous_sequence_without_repetition_passes(offsets: list[int]) -> None:
    fence = Fence()
    passed = []
    for offset in offsets:
        if fence.judge(offset) is Verdict.NEXT:
            fence.last = offset
            passed.append(offset)
    assert passed == list(range(len(passed)))


@given(last=st.integers(-1, 50), offset=st.integers(0, 100))
def test_the_verdict_follows_from_the_last_offset(last: int, offset: int) -> None:
    expected = (
        Verdict.REPLAY if offset <= last else Verdict.NEXT if offset == last + 1 else Verdict.JUMP
    )
    assert Fence(last).judge(offset) is expected


def test_what_retention_deleted_is_passed_over_and_counted() -> None:
    fence = Fence(4)
    assert fence.pass_over(20, beginning=20) == 15
    assert fence.judge(20) is Verdict.NEXT


@pytest.mark.parametrize(("beginning", "missing"), [(0, "5 to 19"), (12, "12 to 19")])
def test_a_hole_is_named_and_never_passed(beginning: int, missing: str) -> None:
    fence = Fence(4)
    with pytest.raises(HoleError, match=f"offsets {missing} were not delivered"):
        fence.pass_over(20, beginning)
    assert fence.last == 4
