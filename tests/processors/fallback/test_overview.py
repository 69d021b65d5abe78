import msgspec
import pytest

from pipeline.records import join
from processors.fallback.overview import OverviewFold, alerts_fold
from processors.fallback.switchboard import Switchboard
from processors.fallback.watch import Unwatched
from processors.runtime.fold import SourceRecord
from tests.processors.notifier.stage import alert, notice


def told(fold: OverviewFold, *items: object) -> None:
    fold.apply(SourceRecord(0, 0, join([msgspec.json.encode(item) for item in items])))


def test_what_fires_is_known_after_a_restart_and_what_is_over_is_not() -> None:
    before = alerts_fold(Switchboard(), Unwatched())
    told(before, alert(), alert(name="i2"), notice(1), alert("resolved", 2, "i2"))
    row, keys = before.encode(())
    assert sorted(map(str, keys)) == ["i1", "i2"]
    board = Switchboard()
    after = alerts_fold(board, Unwatched())
    after.restore(row)
    assert board.firing == {"i1": alert().slice}
    after.expire()
    assert after.size() == 1


def test_what_was_followed_before_a_partition_went_is_forgotten() -> None:
    board = Switchboard()
    told(alerts_fold(board, Unwatched()), alert())
    alerts_fold(board, Unwatched())
    assert board.firing == {}


def test_an_incident_of_fraud_switches_no_channel() -> None:
    board = Switchboard()
    told(alerts_fold(board, Unwatched()), alert(), alert("updated", 2, likely="fraud"))
    assert board.firing == {}


def test_what_can_not_be_read_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, board, ignored = Unwatched(), Switchboard(), list[None]()
    monkeypatch.setattr(watch, "ignored", lambda: ignored.append(None))
    told(alerts_fold(board, watch), {"type": "alert"}, {"type": "nothing"}, alert())
    assert len(ignored) == 2
    assert list(board.firing) == ["i1"]
