"""The comparison against the real engine finds each planted kind of difference."""

import asyncio
import time
from typing import Any

import pytest

from local.truth.check import check, check_settled
from local.truth.rows import CellCounts
from local.truth.stored import Counts
from local.truth.truth import Truth
from tests.local.truth.stage import Stage


def _copy(truth: Truth) -> Truth:
    return Truth(
        dict(truth.events),
        dict(truth.messages),
        dict(truth.attempts),
        dict(truth.verifications),
        dict(truth.calls),
        dict(truth.errors),
    )


def _event_of(truth: Truth, status: str) -> str:
    return next(key for key, row in truth.events.items() if row.status == status)


async def test_what_is_right_is_found_right(stage: Stage, truth: Truth) -> None:
    await stage.store(truth)

    verdict = await check(stage.analyst, truth)
    told = sum(
        row.outcome in {"failed", "undelivered", "busy", "no-answer"}
        for table in (truth.messages, truth.attempts, truth.calls)
        for row in table.values()
    )
    assert told > 10
    assert verdict.lines() == [
        f"events: {len(truth.events):,} of {len(truth.events):,} equal",
        "messages: 200 of 200 equal",
        f"windows of 60 s: {len(truth.windows):,} of {len(truth.windows):,} equal",
        *(
            f"{name}: {len(rows):,} of {len(rows):,} equal"
            for name, rows in (
                ("verifications", truth.verifications),
                ("funnel of 60 s", truth.funnel),
                ("attempts", truth.attempts),
                ("calls", truth.calls),
                ("error entries", truth.errors),
            )
        ),
        f"outcomes: {told} of {told} equal",
    ]
    assert verdict.clean


async def test_other_runs_rows_do_not_matter(stage: Stage, truth: Truth) -> None:
    await stage.store(truth)
    row = truth.events[_event_of(truth, "sent")]
    await stage.store_events({"EZother": row._replace(subject_sid="SMother")}, {"SMother": "AC0"})
    await stage.store_windows(
        {key._replace(account_sid="AC0"): counts for key, counts in truth.windows.items()}
    )

    assert (await check(stage.analyst, truth)).clean


async def test_a_lost_event(stage: Stage, truth: Truth) -> None:
    stored, lost = _copy(truth), _event_of(truth, "delivered")
    del stored.events[lost]
    await stage.store(stored)

    verdict = await check(stage.analyst, truth)
    assert not verdict.clean
    assert (verdict.events.missing, verdict.events.differing) == (1, 0)
    assert verdict.lines()[1].startswith(f"  missing: {lost} EventRow(")


async def test_an_event_stored_twice(stage: Stage, truth: Truth) -> None:
    await stage.store(truth)
    key = _event_of(truth, "sent")
    await stage.store_events({key: truth.events[key]}, {})

    verdict = await check(stage.analyst, truth)
    assert not verdict.clean
    assert verdict.events.repeated == 1
    assert "1 stored more than once" in verdict.lines()[0]


@pytest.mark.parametrize(
    "change",
    [
        {"event_type": "com.twilio.other"},
        {"subject_sid": "SM1"},
        {"event_ms": 1_767_225_600_001},
        {"status": "delivered"},
        {"error_code": 1},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_event_that_differs(stage: Stage, truth: Truth, change: dict[str, Any]) -> None:
    stored, key = _copy(truth), _event_of(truth, "undelivered")
    stored.events[key] = truth.events[key]._replace(**change)
    await stage.store(stored)

    events = (await check(stage.analyst, truth)).events
    assert (events.differing, events.missing, events.unexpected, events.repeated) == (1, 0, 0, 0)


async def test_an_event_nobody_acknowledged(stage: Stage, truth: Truth) -> None:
    stored = _copy(truth)
    stored.events["EZmore"] = truth.events[_event_of(truth, "delivered")]
    await stage.store(stored)

    verdict = await check(stage.analyst, truth)
    assert verdict.events.unexpected == 1
    assert not verdict.clean


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "failed"},
        {"sent_ms": None},
        {"sent_ms": 1_767_225_600_001},
        {"finished_ms": None},
        {"country": "XX"},
        {"channel": "rcs"},
        {"service_sid": ""},
        {"error_code": 30003},
    ],
    ids=str,
)
async def test_a_message_that_differs(stage: Stage, truth: Truth, change: dict[str, Any]) -> None:
    key = next(
        key
        for key, row in truth.messages.items()
        if row.outcome == "delivered" and row.sent_ms is not None
    )
    stored = _copy(truth)
    stored.messages[key] = truth.messages[key]._replace(**change)
    await stage.store(stored)

    verdict = await check(stage.analyst, truth)
    assert (verdict.messages.differing, verdict.messages.equal) == (1, 199)
    assert not verdict.clean


async def test_a_lost_message_is_also_missing_in_its_window(stage: Stage, truth: Truth) -> None:
    stored = _copy(truth)
    lost = next(key for key, row in truth.messages.items() if row.sent_ms is not None)
    del stored.messages[lost]
    await stage.store(stored)

    verdict = await check(stage.analyst, truth)
    assert verdict.messages.missing == 1
    assert verdict.windows.missing + verdict.windows.differing == 1


def named(value: object) -> str:
    """The same in every process, which a set's own text is not."""
    return " and ".join(sorted(value)) if isinstance(value, set) else str(value)


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        ("verifications", {"status": "canceled"}, {"verifications", "funnel of 60 s"}),
        ("verifications", {"delivered_attempts": 9}, {"verifications"}),
        ("attempts", {"error_code": 30003}, {"attempts", "windows of 60 s"}),
        ("attempts", {"outcome": "failed"}, {"attempts", "windows of 60 s", "outcomes"}),
        ("calls", {"outcome": "busy"}, {"calls", "windows of 60 s", "outcomes"}),
        ("calls", {"duration_s": 77}, {"calls"}),
        ("errors", {"resource_sid": "SM0"}, {"error entries"}),
    ],
    ids=named,
)
async def test_anything_else_that_differs(
    stage: Stage, truth: Truth, table: str, change: dict[str, Any], found: set[str]
) -> None:
    stored = _copy(truth)
    rows = getattr(stored, table)
    key = next(key for key, row in rows.items() if _is_plain(row))
    rows[key] = rows[key]._replace(**change)
    await stage.store(stored)

    verdict = await check(stage.analyst, truth)
    assert {part.name for part in verdict.parts if not part.clean} == found


def _is_plain(row: Any) -> bool:  # noqa: ANN401  a row of any kind
    """Whether no change below is none: approved, delivered and completed."""
    return getattr(row, "status", getattr(row, "outcome", "")) in {
        *("approved", "delivered", "completed", ""),
    }


async def test_a_window_too_many(stage: Stage, truth: Truth) -> None:
    await stage.store(truth)
    key, counts = next(iter(truth.windows.items()))
    await stage.store_windows({key._replace(window_start=key.window_start + 3_600): counts})

    verdict = await check(stage.analyst, truth)
    assert verdict.windows.unexpected == 1
    assert not verdict.clean


async def test_an_emptied_cell_is_no_difference(stage: Stage, truth: Truth) -> None:
    await stage.store(truth)
    key = next(iter(truth.windows))
    await stage.store_windows({key._replace(country="XX"): CellCounts(0, 0, 0, 0, 0, 0)})

    assert (await check(stage.analyst, truth)).clean


async def test_it_waits_for_what_is_still_coming(stage: Stage, truth: Truth) -> None:
    seen, asked = list[Counts](), asyncio.Event()

    def note(counts: Counts) -> None:
        seen.append(counts)
        asked.set()

    waiting = asyncio.create_task(check_settled(stage.analyst, truth, 30, note))
    await asked.wait()
    await stage.store(truth)

    assert (await waiting).clean
    assert seen[0] == (0, 0, 0)
    assert seen[-1].events == len(truth.events)


async def test_it_gives_up_at_the_deadline_and_says_what_is_missing(
    stage: Stage, truth: Truth
) -> None:
    before = time.monotonic()
    verdict = await check_settled(stage.analyst, truth, deadline_s=0.2)

    assert time.monotonic() - before < 10
    assert verdict.events.missing == len(truth.events)
    assert verdict.messages.missing == 200
