import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.ages import CLASSES, FOLLOWED, STARTS, age_class
from processors.alerts.budget import parts
from processors.alerts.slices import SHAPES


@given(st.lists(st.tuples(st.integers(0, len(SHAPES) - 1), st.floats(0.1, 1e4)), min_size=1))
def test_all_slices_together_get_one_budget(slices: list[tuple[int, float]]) -> None:
    shapes = np.array([shape for shape, _ in slices])
    hourly = np.array([rate for _, rate in slices])
    part = parts(hourly, shapes)
    assert abs(part.sum() - 1) < 1e-6
    for shape in set(shapes.tolist()):
        mine = shapes == shape
        ratio = part[mine] / hourly[mine]
        assert np.allclose(ratio, ratio[0])


def test_ages_are_sorted_into_classes() -> None:
    assert [age_class(age) for age in (-1, 0, 1, 2, 3, 4, 5, 19, 20)] == [0, 0, 1, 2, 3, 3, 4, 5, 6]
    assert age_class(FOLLOWED - 1) == CLASSES - 2
    assert age_class(FOLLOWED) == CLASSES - 1
    assert len(STARTS) == CLASSES
