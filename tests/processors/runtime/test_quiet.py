from processors.runtime.quiet import Quiet


def test_once_all_is_folded_the_time_of_the_poll_before_the_last_is_told() -> None:
    quiet = Quiet()
    assert quiet.until(1_000, 10, 10) is None  # asked when?
    assert quiet.until(1_500, 10, 10) == 1_000
    assert quiet.until(1_500, 10, 10) == 1_000
    assert quiet.until(2_100, 10, 10) == 1_500


def test_with_a_backlog_no_time_is_told() -> None:
    quiet = Quiet()
    quiet.until(1_000, 10, 3)
    assert quiet.until(1_500, 12, 10) is None
    assert quiet.until(1_500, 12, 12) == 1_000


def test_before_the_first_poll_nothing_is_known() -> None:
    quiet = Quiet()
    assert quiet.until(None, None, 0) is None
    assert quiet.until(1_000, 0, 0) is None


def test_a_pause_does_not_make_the_present_known() -> None:
    quiet = Quiet()
    quiet.until(1_000, 10, 10)
    quiet.until(1_500, 10, 10)
    # an answer that had waited in the socket all the while
    assert quiet.until(900_000, 10, 10) == 1_500
    assert quiet.until(900_500, 25, 10) is None
