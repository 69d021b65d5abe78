"""An alert that stands for all, to see whether channels work."""

from typing import Final

from pipeline.items.alert import Alert, TopCode
from processors.notifier.message import Message, Transition

_HOUR_S: Final = 3600


def sample_message(transition: Transition, now_s: int, name: str) -> Message:
    """A message about an incident that never was; ``name`` tells one test from another."""
    alert = _sample_alert(now_s, name, is_resolved=transition == "resolved")
    return Message(
        id=f"{alert.id}/{transition}",
        key=alert.id,
        transition=transition,
        about=alert,
        sent_at=now_s,
    )


def _sample_alert(now_s: int, name: str, *, is_resolved: bool) -> Alert:
    return Alert(
        id=f"test:{name}",
        state="resolved" if is_resolved else "firing",
        kind="failures",
        severity="ticket",
        at=now_s,
        slice={"country": "XX"},
        title="this is a test of the channel, nothing has happened",
        reason="asked for by hand",
        started_at=now_s - _HOUR_S,
        fired_at=now_s,
        resolved_at=now_s if is_resolved else 0,
        usual_rate=0.05,
        rate=0.42,
        rate_low=0.38,
        rate_high=0.46,
        messages=600,
        affected=222,
        codes=[TopCode(30003, "Unreachable destination handset", "transient", 222)],
        likely="carrier",
        suggestion="Do nothing: it is a test.",
        sql="SELECT 1",
        children=[],
        siblings=[],
        evidence=0.0,
        threshold=0.0,
    )
