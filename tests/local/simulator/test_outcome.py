"""What a message's events amount to, whatever their order and number."""

from hypothesis import given
from hypothesis import strategies as st

from local.simulator.account import draw_accounts
from local.simulator.conclusion import message_line
from local.simulator.identifiers import Identifiers
from local.simulator.lifecycle import Step
from local.simulator.message import draw_message
from local.simulator.seeds import seeded

_IDS = Identifiers(seeded("test"))
MESSAGE = draw_message(draw_accounts(_IDS, seeded("test")), _IDS, seeded("test"))

T0 = 1_767_225_600_000


def _outcome(*steps: Step) -> tuple[str, int, str | None, str | None]:
    line = message_line(MESSAGE, steps)
    return line.outcome, line.error_code, line.sent_at, line.finished_at


def test_sent_alone_is_unknown() -> None:
    assert _outcome(Step("sent", T0)) == ("unknown", 0, "2026-01-01T00:00:00.000Z", None)


def test_delivered_without_sent_has_no_send_time() -> None:
    assert _outcome(Step("delivered", T0)) == (
        "delivered",
        0,
        None,
        "2026-01-01T00:00:00.000Z",
    )


def test_the_latest_ending_counts() -> None:
    steps = Step("delivered", T0), Step("undelivered", T0 + 5, 30008)

    assert _outcome(*steps) == ("undelivered", 30008, None, "2026-01-01T00:00:00.005Z")


def test_of_two_endings_in_one_moment_the_worse_counts() -> None:
    steps = Step("failed", T0, 30007), Step("undelivered", T0, 30003), Step("delivered", T0)

    assert _outcome(*steps)[:2] == ("failed", 30007)


def test_a_read_message_was_delivered_whatever_else_was_said() -> None:
    steps = Step("read", T0 + 9), Step("undelivered", T0 + 20, 30003)

    assert _outcome(*steps) == ("delivered", 0, None, "2026-01-01T00:00:00.009Z")


def test_queued_alone_is_unknown_and_not_sent() -> None:
    assert _outcome(Step("queued", T0)) == ("unknown", 0, None, None)


@given(st.permutations([Step("sent", T0), Step("queued", T0), Step("delivered", T0 + 1)] * 2))
def test_order_and_repetition_change_nothing(steps: list[Step]) -> None:
    assert _outcome(*steps) == (
        "delivered",
        0,
        "2026-01-01T00:00:00.000Z",
        "2026-01-01T00:00:00.001Z",
    )
