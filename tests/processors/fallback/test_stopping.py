import msgspec
import pytest

from pipeline.items.fallback_control import FallbackControl
from pipeline.records import join
from processors.fallback.overview import control_fold
from processors.fallback.policy_file import read_policies
from processors.fallback.switchboard import Switchboard
from processors.fallback.watch import Unwatched
from processors.runtime.deeds import Result
from processors.runtime.fold import SourceRecord
from tests.processors.fallback.world import Desk, outcome

LIVE = msgspec.structs.replace(read_policies(None), dry_run=False)


def order(*, stopped: bool) -> FallbackControl:
    return FallbackControl(id="c", stopped=stopped, at=0, by="somebody")


@pytest.fixture
def desk() -> Desk:
    return Desk(LIVE)


def test_a_stop_ends_what_waits_at_once_and_for_good(desk: Desk) -> None:
    desk.hear(outcome())
    desk.switchboard.hear(order(stopped=True))
    due = desk.fold.due()
    assert due is not None
    assert due <= desk.now
    desk.pass_time(50)
    desk.switchboard.hear(order(stopped=False))
    desk.pass_time(60_000)
    desk.settle()
    assert desk.states() == ["planned sms", "ended stopped"]
    assert not desk.sent


def test_a_stop_keeps_back_a_call_that_was_told_but_waits_for_its_turn(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.flush()
    desk.answer(desk.under_way[0], "go")
    desk.flush()
    (send,) = desk.under_way
    desk.switchboard.hear(order(stopped=True))
    assert not desk.fold.stands(send)
    desk.fold.learn(Result(send, "withdrawn"), desk.now)
    desk.flush()
    assert desk.states() == ["planned call", "dispatched call", "ended stopped"]


def test_what_was_sent_is_still_followed(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.settle("sent")
    desk.switchboard.hear(order(stopped=True))
    desk.pass_time(250)
    desk.hear(outcome(kind="ended", status="approved"))
    desk.flush()
    assert desk.states()[-1] == "succeeded approved"


def test_after_a_start_new_plans_begin(desk: Desk) -> None:
    for stopped in (True, False):
        desk.switchboard.hear(order(stopped=stopped))
        desk.hear(outcome(1 + stopped, error_class="permanent"))
    desk.pass_time(250)
    desk.settle("sent")
    assert desk.states() == ["skipped stopped", "planned call", "dispatched call", "sent call"]


def test_nothing_comes_due_before_all_orders_are_read(desk: Desk) -> None:
    orders = control_fold(desk.switchboard, Unwatched())
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(60_000)
    assert desk.fold.due() is None
    desk.flush()
    assert desk.states() == ["planned call"]
    assert not desk.under_way
    orders.advance(desk.now)
    desk.pass_time(0)
    desk.settle("sent")
    assert desk.states()[-1] == "sent call"


def test_a_stop_is_restored_with_its_row() -> None:
    board = Switchboard()
    first = control_fold(board, Unwatched())
    value = join([msgspec.json.encode(order(stopped=True)), b'{"id": 7}'])
    first.apply(SourceRecord(0, 0, value))
    row, keys = first.encode(())
    after = Switchboard()
    assert control_fold(after, Unwatched()).restore(row) == keys == ["control"]
    assert after.stopped
    assert not after.is_current
