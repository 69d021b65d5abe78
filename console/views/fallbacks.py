"""Fallbacks: how many, and what each plan came to."""

from console.problems import NOT_FOUND, ProblemError
from console.question import Question
from console.views import Answer
from console.warehouse import Ask, Row, together


async def fallbacks(ask: Ask, question: Question, state: str, most: int) -> Answer:
    """Totals of the time, and its plans, the latest first, of one state or result if named."""
    parameters = question.parameters()
    totals, plans = await together(
        ask("fallback_totals", **parameters),
        ask("fallbacks", **parameters, state=state, most=most),
    )
    return {"totals": totals[0], "plans": [_plan(row) for row in plans]}


async def fallback(ask: Ask, identity: str) -> Answer:
    """One plan, step by step; ProblemError when it is unknown."""
    found = await ask("fallback", id=identity)
    if not found:
        raise ProblemError(NOT_FOUND, "There is no such fallback.")
    row = found[0]
    steps = await ask("fallback_steps", id=identity, heard=row["heard_ms"])
    return {**_plan(row), "steps": [_step(step) for step in steps]}


def _plan(row: Row) -> Answer:
    shown = {name: value for name, value in row.items() if name not in {"heard_ms", "steps"}}
    names = ("action", "channel", "state", "reason")
    return shown | {"steps": [dict(zip(names, step, strict=True)) for step in row["steps"]]}


def _step(row: Row) -> Answer:
    step = {name: value for name, value in row.items() if name != "step"}
    return step | {"position": row["step"], "step": _named(row)}


def _named(row: Row) -> str:
    """What people call a step: ``verify by call``; of the plan as a whole nothing."""
    action, channel = row["action"], row["channel"]
    return f"{action} by {channel}" if action and channel else action or "plan"
