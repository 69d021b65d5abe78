"""How calls go: they ring, are answered or not, and are summed up."""

from typing import Final

from local.simulator.account import Account
from local.simulator.call import Call, CallOutcome
from local.simulator.country import draw_country
from local.simulator.planned import Story
from local.simulator.products.error_log import error_event
from local.simulator.products.voice import callback_event, summary_event
from local.simulator.story import Draw

_OUTCOMES: Final[dict[CallOutcome, int]] = {
    "completed": 72,
    "no-answer": 13,
    "busy": 8,
    "failed": 5,
    "canceled": 2,
}
#: Callbacks come only for calls that asked for them; a summary comes for each.
_CALLBACK_SHARE: Final = 0.75
_UNROUTABLE: Final = 13224


def call_story(account: Account, start: int, draw: Draw) -> Story:
    """A call is made, ends somehow, and is summed up."""
    call = _draw_call(account, start, draw)
    summary = summary_event(call, draw.after(call.end, 700), draw.ids)
    callbacks = _callbacks(call, draw) if draw.happens(_CALLBACK_SHARE) else []
    if call.outcome != "failed":
        return [*callbacks, summary]
    return [*callbacks, summary, error_event(account, call.sid, call.end, _UNROUTABLE, draw)]


def _draw_call(account: Account, start: int, draw: Draw) -> Call:
    country = draw_country(draw.random)
    outcome = draw.random.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    rung = draw.after(start, draw.random.randrange(1_500, 6_000))
    answered = rung if outcome == "completed" else None
    talked = draw.random.randrange(2_000, 8_000) if outcome == "completed" else 0
    return Call(
        sid=draw.ids.sid("CA"),
        account=account,
        country=country,
        to=country.draw_number(draw.random),
        outcome=outcome,
        start=start,
        answered=answered,
        end=draw.after(rung, talked),
    )


def _callbacks(call: Call, draw: Draw) -> Story:
    times = {"initiated": call.start, "ringing": draw.after(call.start, 800)}
    if call.answered is not None:
        times["answered"] = call.answered
    times["completed"] = call.end
    return [callback_event(call, kind, time, draw.ids) for kind, time in times.items()]
