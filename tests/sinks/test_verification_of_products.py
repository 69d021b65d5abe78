"""Windows of attempts and calls, and the funnel, are compared with the events like messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.settings import LifecycleSettings, load
from sinks.verification import Check, verify
from tests.sinks.cells import START, funnel, put_funnel, put_windows, window
from tests.sinks.events import PERSON, attempt, event, verification

if TYPE_CHECKING:
    from pipeline.items.window_cell import WindowCell
    from tests.sinks.shelf import Shelf

PATIENT = load(LifecycleSettings, state_horizon_s=10**9)
DAY = "2026-01-01T00:"
CALL: dict[str, object] = {
    "call_sid": "CA1",
    "account_sid": "AC1",
    "call_state": "noanswer",
    "to": {"callee": PERSON},
    "start_time": f"{DAY}01:00Z",
    "end_time": f"{DAY}01:20Z",
    "properties": {"direction": "outbound_api"},
}
EVENTS = (
    verification("pending", 1, f"{DAY}00:00Z"),
    attempt("sent", 1, "VL1", f"{DAY}00:01Z"),
    attempt("delivered", 1, "VL1", f"{DAY}00:04Z"),
    attempt("delivered", 1, "VL2", f"{DAY}00:05Z"),  # nobody told that it was sent: in no window
    verification("approved", 1, f"{DAY}00:10Z", created_at=f"{DAY}00:00Z"),
    verification("pending", 2, f"{DAY}00:00Z"),
    attempt("sent", 2, "VL3", f"{DAY}00:02Z"),
    event("voice.insights.call-summary.complete", 1, f"{DAY}02:00Z", CALL),
    event(
        "voice.insights.call-summary.complete",
        2,
        f"{DAY}02:00Z",
        {**CALL, "call_sid": "CA2", "properties": {"direction": "inbound"}},
    ),
)
FUNNEL = msgspec.structs.replace(
    funnel(0, 9, 1), started=2, expired=0, pending=1, attempts=3, repeated=1
)


def attempts(**changed: object) -> WindowCell:
    cell = window("", 0, 9, 1, 1)
    known = {"product": "verify", "service_sid": "VA1", "window_start": START, "read": 0}
    return msgspec.structs.replace(cell, **(known | changed))


def calls(**changed: object) -> WindowCell:
    cell = window("", 0, 9, 0, 0)
    known = {"product": "voice", "channel": "voice", "service_sid": "", "error_class": "no_answer"}
    return msgspec.structs.replace(cell, **(known | {"sent": 1, "undelivered": 1} | changed))


async def test_what_agrees_is_clean(shelf: Shelf) -> None:
    await shelf.put(*EVENTS)
    await put_windows(shelf, attempts(), calls())
    await put_funnel(shelf, FUNNEL)
    assert verify(shelf.settings, PATIENT).checks == [
        Check("messages", 0, 0, []),
        Check("windows", 2, 0, []),
        Check("funnel", 1, 0, []),
    ]


async def test_coarser_cells_of_a_crowded_account_agree_too(shelf: Shelf) -> None:
    await shelf.put(*EVENTS)
    other = {"service_sid": "other", "country": "other"}
    fine = {"sent": 1, "delivered": 0, "latency_buckets": [], "latency_counts": []}
    coarse = {"sent": 1, "unknown": 0}
    await put_windows(shelf, attempts(**fine), attempts(**other, **coarse), calls())
    await put_funnel(shelf, msgspec.structs.replace(FUNNEL, **other))
    assert verify(shelf.settings, PATIENT).clean


@pytest.mark.parametrize(
    ("changed", "differing"),
    [
        ({"delivered": 0, "failed": 1}, [0, 1, 0]),
        ({"country": "BR"}, [0, 2, 0]),
        ({"read": 1}, [0, 1, 0]),
    ],
    ids=str,
)
async def test_a_wrong_cell_is_found(
    shelf: Shelf, changed: dict[str, object], differing: list[int]
) -> None:
    await shelf.put(*EVENTS)
    await put_windows(shelf, attempts(**changed), calls())
    await put_funnel(shelf, FUNNEL)
    assert [each.differing for each in verify(shelf.settings, PATIENT).checks] == differing


async def test_a_wrong_funnel_is_found_unless_late(shelf: Shelf) -> None:
    await shelf.put(*EVENTS)
    await put_windows(shelf, attempts(), calls())
    await put_funnel(shelf, msgspec.structs.replace(FUNNEL, approved=0, pending=2))
    (difference,) = verify(shelf.settings, PATIENT).checks[2].first
    assert (difference.from_events[:4], difference.stored[:4]) == ("(2,1", "(2,0")
    late = verify(shelf.settings, load(LifecycleSettings))
    assert late.checks[2] == Check("funnel", 1, 0, [], late=1)
