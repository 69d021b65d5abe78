"""What the generator hands on: an event with what must later be found about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.simulator.message import Message

if TYPE_CHECKING:
    from local.simulator.call import Call
    from local.simulator.cloud_event import CloudEvent
    from local.simulator.error_entry import ErrorEntry
    from local.simulator.verification import Attempt, Verification

    #: What an event is about, where the truth follows it; its ``sid`` names it.
    Subject = Message | Verification | Attempt | Call | ErrorEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEvent:
    """An event and its truth; ``attempts`` are those that a verification's event lists."""

    id: str
    type: str
    subject_sid: str
    time: int
    status: str
    error_code: int
    element: bytes
    subject: Subject | None
    attempts: tuple[Attempt, ...]

    @property
    def message(self) -> Message | None:
        """The message, for events of a message's lifecycle only."""
        return self.subject if isinstance(self.subject, Message) else None


#: What happens to one message, verification or call, in any order.
Story = list[PlannedEvent]


def plan(  # noqa: PLR0913  one argument for each thing an event may mean
    event: CloudEvent,
    subject_sid: str,
    *,
    status: str = "",
    error_code: int = 0,
    subject: Subject | None = None,
    attempts: tuple[Attempt, ...] = (),
) -> PlannedEvent:
    """Pair an event with what it means."""
    return PlannedEvent(
        id=event.id,
        type=event.type,
        subject_sid=subject_sid,
        time=event.time,
        status=status,
        error_code=error_code,
        element=event.encode(),
        subject=subject,
        attempts=attempts,
    )
