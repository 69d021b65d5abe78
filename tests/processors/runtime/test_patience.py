"""A worker that hangs in stopping is ended, and fails."""

import threading

from processors.runtime.patience import end_after


def test_what_hangs_is_ended_with_a_failure() -> None:
    codes: list[int] = []
    ended = threading.Event()

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    end_after(0.01, end)
    assert ended.wait(10)
    assert codes == [1]
