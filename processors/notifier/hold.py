"""Whether a letter may go out now, has to wait, or has become needless."""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from pipeline.items.alert import Alert, Severity, Silence
from processors.notifier.config import Config, matches
from processors.notifier.entries import Incident, Letter, Thread

_RANK: Final[dict[Severity | None, int]] = {None: 0, "ticket": 1, "page": 2}


class Verdict(msgspec.Struct, frozen=True):
    """``hold`` is until a moment (epoch ms); ``drop`` is for good."""

    what: Literal["send", "hold", "drop"]
    reason: str = ""
    until: int = 0


SEND: Final = Verdict("send")


class Circumstances(msgspec.Struct, frozen=True):
    """What may hold letters back, as of ``now`` (epoch seconds)."""

    config: Config
    silences: list[Silence]
    now: int

    def judge(self, incident: Incident, thread: Thread, letter: Letter) -> Verdict:
        """Judge a letter to a channel."""
        if letter.transition == "resolved" and thread.knows == "nothing":
            return Verdict("drop", "it was over before it could be told")
        if _is_known(incident, thread, letter):
            return Verdict("drop", "acknowledged")
        return max(self._holds(incident, thread, letter), key=lambda hold: hold.until, default=SEND)

    def _holds(self, incident: Incident, thread: Thread, letter: Letter) -> Iterator[Verdict]:
        """Everything that holds it back.

        That an incident is over, or looked after, is told also in a silence: its receiver was
        told that it began.
        """
        about = incident.about
        if letter.transition not in {"resolved", "acknowledged"}:
            for silence in self.silences:
                if silence.since <= self.now < silence.until and matches(silence.where, about):
                    yield Verdict("hold", f"silence {silence.id}", silence.until * 1000)
            for window in self.config.maintenance:
                since, until = window.since.timestamp(), window.until.timestamp()
                if since <= self.now < until and matches(window.where, about):
                    yield Verdict("hold", "maintenance", int(until * 1000))
        quiet = self.config.quiet_hours(about, thread.channel)
        if quiet and about.severity == "ticket" and (end := quiet.end_after(self.now)) is not None:
            yield Verdict("hold", "quiet hours", end * 1000)


def is_alive(incident: Incident) -> bool:
    """Whether the incident lasts."""
    return isinstance(incident.about, Alert) and incident.about.state != "resolved"


def _is_known(incident: Incident, thread: Thread, letter: Letter) -> bool:
    """Whether somebody has taken it on, and this says nothing that is worse."""
    worse = _RANK[incident.about.severity] > _RANK[thread.told_severity]
    return letter.transition == "updated" and incident.is_acknowledged and not worse
