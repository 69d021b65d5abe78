"""Compares a truth with ClickHouse, now or once the pipeline has settled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from local.truth.comparison import Comparison, compare
from local.truth.stored import Counts, Stored
from local.truth.told import compare_told
from local.truth.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.truth.truth import Truth
    from pipeline.analyst import Analyst

_POLL_S: Final = 0.5


async def check(analyst: Analyst, truth: Truth, *, silence_is_due: bool = False) -> Verdict:
    """Compare everything once; ``silence_is_due`` when silent messages must have been told."""
    stored = Stored(analyst, truth)
    return Verdict(
        events=await _compare_events(stored, truth),
        messages=compare("messages", truth.messages, await stored.messages()),
        windows=compare("windows of 60 s", truth.windows, await stored.windows()),
        others=await _compare_others(stored, truth, silence_is_due=silence_is_due),
    )


async def _compare_others(
    stored: Stored, truth: Truth, *, silence_is_due: bool
) -> tuple[Comparison, ...]:
    """What a run has none of is not worth a line."""
    compared = (
        compare("verifications", truth.verifications, await stored.verifications()),
        compare("funnel of 60 s", truth.funnel, await stored.funnel()),
        compare("attempts", truth.attempts, await stored.attempts()),
        compare("calls", truth.calls, await stored.calls()),
        compare("error entries", truth.errors, await stored.errors()),
        compare_told(truth, await stored.told(), silence_is_due=silence_is_due),
    )
    return tuple(each for each in compared if each.expected or each.unexpected)


async def check_settled(
    analyst: Analyst,
    truth: Truth,
    deadline_s: float,
    on_counts: Callable[[Counts], None] = lambda _: None,
    *,
    silence_is_due: bool = False,
) -> Verdict:
    """Compare until everything agrees, or ``deadline_s`` have passed; give the last verdict.

    Rows are read only once the counts promise that they are complete. ``silence_is_due``: wait
    also until silent messages are told.
    """
    loop = asyncio.get_running_loop()
    deadline, stored = loop.time() + deadline_s, Stored(analyst, truth)
    while True:
        counts = await stored.counts()
        on_counts(counts)
        late = loop.time() >= deadline
        if late or _complete(counts, truth):
            verdict = await check(analyst, truth, silence_is_due=silence_is_due)
            if verdict.clean or late:
                return verdict
        await asyncio.sleep(_POLL_S)


def _complete(counts: Counts, truth: Truth) -> bool:
    cells = truth.windows.values()
    return (
        counts.events >= len(truth.events)
        and counts.windowed == sum(cell.sent for cell in cells)
        and counts.unknown == sum(cell.unknown for cell in cells)
    )


async def _compare_events(stored: Stored, truth: Truth) -> Comparison:
    result = Comparison("events", expected=len(truth.events))
    own, seen = frozenset(truth.accounts), set[str]()
    async for event in stored.events():
        expected = truth.events.get(event.id)
        if event.id in seen:
            result.note_repetition(event.id, event.row)
        elif expected is not None or event.account_sid in own:
            seen.add(event.id)
            result.note(event.id, expected, event.row)
    for missing in truth.events.keys() - seen:
        result.note(missing, truth.events[missing], None)
    return result
