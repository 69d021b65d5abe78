"""Writes down what the webhook acknowledged: this, and nothing else, must be found later."""

from dataclasses import dataclass, field
from typing import BinaryIO

from local.simulator.cloud_event import iso
from local.simulator.lifecycle import Status, Step
from local.simulator.message import Message
from local.simulator.outcome import message_line
from local.simulator.planned import PlannedEvent
from local.truth.lines import EventLine, encode_line


@dataclass(slots=True)
class TruthWriter:
    """One line per distinct event at once, one per message on ``finish``."""

    file: BinaryIO
    _seen: set[str] = field(default_factory=set)
    _messages: dict[str, tuple[Message, list[Step]]] = field(default_factory=dict)

    @property
    def events(self) -> int:
        """Distinct events so far."""
        return len(self._seen)

    @property
    def messages(self) -> int:
        """Messages of which at least one event was acknowledged."""
        return len(self._messages)

    def acknowledged(self, event: PlannedEvent) -> None:
        """Note an event; a repetition changes nothing."""
        if event.id in self._seen:
            return
        self._seen.add(event.id)
        self.file.write(encode_line(_line(event)))
        if event.message:
            self._note_step(event.message, event)

    def finish(self) -> None:
        """Write the messages."""
        for message, steps in self._messages.values():
            self.file.write(encode_line(message_line(message, steps)))
        self.file.flush()

    def _note_step(self, message: Message, event: PlannedEvent) -> None:
        status: Status = event.status  # type: ignore[assignment]  # a message's event has a step's status
        _, steps = self._messages.setdefault(message.sid, (message, []))
        steps.append(Step(status, event.time, event.error_code))


def _line(event: PlannedEvent) -> EventLine:
    return EventLine(
        id=event.id,
        type=event.type,
        subject_sid=event.subject_sid,
        time=iso(event.time),
        status=event.status,
        error_code=event.error_code,
    )
