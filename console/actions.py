"""What operators can do: acknowledge an alert, stop all fallbacks and let them go on."""

import secrets
import time

import msgspec

from console.audit import Audit
from console.problems import BAD_REQUEST, NOT_FOUND, ProblemError
from console.visitor import Visitor
from console.warehouse import Ask
from pipeline.items.alert import Acknowledgement
from pipeline.items.fallback_control import FallbackControl
from pipeline.saying import say
from pipeline.settings import KafkaSettings
from pipeline.topics import ALERTS, FALLBACK_CONTROL


class Because(msgspec.Struct, frozen=True):
    """Why somebody does it, as they say."""

    reason: str = ""


class Actions:
    """Writes the items the command line writes, in the name of who is logged in.

    Each is audited before it is done: what can't be audited is not done.
    """

    def __init__(self, ask: Ask, kafka: KafkaSettings, audit: Audit) -> None:
        self._ask = ask
        self._kafka = kafka
        self._audit = audit

    async def acknowledge(self, visitor: Visitor, incident: str, because: Because) -> None:
        """Take an incident on; ProblemError when there is none of this name."""
        if not await self._ask("alert", id=incident):
            raise ProblemError(NOT_FOUND, "There is no such alert.")
        act = Acknowledgement(
            id=secrets.token_hex(8),
            alert_id=incident,
            at=int(time.time()),
            by=visitor.user,
            comment=because.reason,
        )
        await self._audit.note(visitor.user, "acknowledge", _detail(incident, because))
        await say(self._kafka, ALERTS, act, incident)

    async def switch(self, visitor: Visitor, because: Because, *, stopped: bool) -> None:
        """Hold all fallbacks back, or let them go on."""
        act = FallbackControl(
            id=secrets.token_hex(4),
            stopped=stopped,
            at=int(time.time() * 1000),
            by=visitor.user,
            reason=because.reason,
        )
        action = "stop fallbacks" if stopped else "start fallbacks"
        await self._audit.note(visitor.user, action, because.reason)
        await say(self._kafka, FALLBACK_CONTROL, act, "control")


def read_because(body: bytes) -> Because:
    """Read ``{"reason": ...}``; ProblemError when it is none, or longer than it may be."""
    try:
        because = msgspec.json.decode(body or b"{}", type=Because)
    except msgspec.DecodeError:
        raise ProblemError(BAD_REQUEST, 'Send {"reason": "..."} as JSON.') from None
    if len(because.reason) > _LONGEST_REASON:
        raise ProblemError(BAD_REQUEST, f"A reason has {_LONGEST_REASON} characters at most.")
    return because


_LONGEST_REASON = 1_000


def _detail(incident: str, because: Because) -> str:
    return f"{incident}: {because.reason}" if because.reason else incident
