from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.cells import CONVERSION
from processors.alerts.slices import Leaf
from processors.alerts.stored import Playback, StoredWindow

LEAF: Leaf = ("messaging", "AC1", "sms", "MG1", "BR", "", "")
COUNTS = st.integers(0, 30)


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=1, max_size=5), st.floats(0.1, 600))
def test_a_play_adds_up_to_what_is_stored(
    windows: list[tuple[int, int, int]], p50_s: float
) -> None:
    stored = [
        StoredWindow(100 + n, LEAF, d + f + u, d, f, p50_s, 3 * p50_s)
        for n, (d, f, u) in enumerate(windows)
    ]
    played = list(Playback().play(stored, 1_000))
    assert [minute for minute, _ in played] == list(range(100, 1_000))
    changes = [(minute, change) for minute, some in played for change in some]
    assert all(change.cohort <= minute for minute, change in changes)
    for number, (delivered, failed, unknown) in enumerate(windows):
        mine = [change for _, change in changes if change.cohort == 100 + number]
        assert sum(change.sent for change in mine) == delivered + failed + unknown
        assert sum(change.known for change in mine) == delivered + failed
        assert sum(change.failed for change in mine) == failed
        assert sum(change.waiting for change in mine) == unknown


def test_outcomes_come_when_their_latencies_say() -> None:
    window = StoredWindow(10, LEAF, 100, 100, 0, p50_s=60.0, p95_s=600.0)
    played = {
        minute: sum(change.known for change in changes)
        for minute, changes in Playback().play([window], 200)
    }
    assert sum(played[minute] for minute in range(10, 11 + 1)) in range(48, 66)
    assert sum(played[minute] for minute in range(10, 20 + 1)) in range(94, 97)


def test_conversions_come_as_whole_cohorts() -> None:
    leaf: Leaf = (CONVERSION, "AC1", "sms", "VA1", "BR", "", "")
    window = StoredWindow(10, leaf, 10, 7, 3, known_after=11)
    played = dict(Playback().play([window], 30))
    (change,) = played[21]
    assert (change.sent, change.waiting, change.known, change.failed) == (10, 0, 10, 3)
    assert not any(changes for minute, changes in played.items() if minute != 21)
