"""What becomes of one attempt to send a code."""

from typing import Final, TypeVar

from local.simulator.lifecycle import Step
from local.simulator.story import Draw
from local.simulator.verification import Attempt

Choice = TypeVar("Choice")

_READ_SHARE: Final = 0.5
_ENDS: Final = {"delivered": 88, "undelivered": 7, "failed": 1, "silent": 4}
_BROKEN_ENDS: Final = {"delivered": 12, "undelivered": 62, "failed": 6, "silent": 20}
#: One of each kind of trouble that asks for something else: transient, permanent (a landline, too),
#: opted out, filtered, a setting, fraud.
_CODES: Final = {
    30003: 45,
    30005: 12,
    30006: 12,
    30008: 12,
    21610: 6,
    30007: 5,
    60220: 3,
    60410: 5,
}
_BROKEN_CODES: Final = {30003: 60, 30410: 25, 30008: 10, 21610: 3, 30006: 2}


def attempt_steps(attempt: Attempt, draw: Draw) -> list[Step]:
    """All steps of one attempt that is made at its time."""
    own = attempt.verification
    broken = draw.breaks(attempt.channel, own.country, attempt.time)
    sent = Step("sent", attempt.time + draw.random.randrange(1, 40))
    end = _pick(_BROKEN_ENDS if broken else _ENDS, draw)
    latency = draw.timing.draw_latency(own.country.latency_ms, draw.random)
    done = sent.time + max(latency, 1)
    if end == "silent":
        return [sent]
    if end == "delivered":
        readable = attempt.channel == "whatsapp" and draw.happens(_READ_SHARE)
        read = [Step("read", draw.after(done, 1_000))] if readable else []
        return [sent, Step("delivered", done), *read]
    code = _pick(_BROKEN_CODES if broken else _CODES, draw)
    return [sent, Step("undelivered" if end == "undelivered" else "failed", done, code)]


def _pick(weights: dict[Choice, int], draw: Draw) -> Choice:
    return draw.random.choices(list(weights), list(weights.values()))[0]
