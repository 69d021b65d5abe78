"""What the generator hands on: an event with what must later be found about it."""

from dataclasses import dataclass

from local.simulator.cloud_event import CloudEvent
from local.simulator.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEvent:
    """An event and its truth; ``message`` is set for events of a message's lifecycle only."""

    id: str
    type: str
    subject_sid: str
    time: int
    status: str
    error_code: int
    element: bytes
    message: Message | None


#: What happens to one message, verification or call, in any order.
Story = list[PlannedEvent]


def plan(
    event: CloudEvent,
    subject_sid: str,
    *,
    status: str = "",
    error_code: int = 0,
    message: Message | None = None,
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
        message=message,
    )
