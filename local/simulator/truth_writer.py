"""Writes down what the webhook acknowledged: this, and nothing else, must be found later."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from local.simulator.cloud_event import iso
from local.simulator.conclusion import conclude
from local.simulator.message import Message
from local.simulator.verification import Attempt
from local.truth.lines import EventLine, encode_line

if TYPE_CHECKING:
    from typing import BinaryIO

    from local.simulator.planned import PlannedEvent, Subject


@dataclass(slots=True)
class TruthWriter:
    """One line per distinct event at once, one per thing they are about on ``finish``."""

    file: BinaryIO
    _seen: set[str] = field(default_factory=set)
    _subjects: dict[str, tuple[Subject, list[PlannedEvent]]] = field(default_factory=dict)
    _messages: int = 0

    @property
    def events(self) -> int:
        """Distinct events so far."""
        return len(self._seen)

    @property
    def messages(self) -> int:
        """Messages of which at least one event was acknowledged."""
        return self._messages

    def acknowledged(self, event: PlannedEvent) -> None:
        """Note an event; a repetition changes nothing."""
        if event.id in self._seen:
            return
        self._seen.add(event.id)
        self.file.write(encode_line(_line(event)))
        light = replace(event, element=b"")  # kept until the end, which may be millions later
        if event.subject:
            self._note(event.subject, light)
        if isinstance(event.subject, Attempt):
            self._note(event.subject.verification, light)

    def finish(self) -> None:
        """Write what the events amount to."""
        for subject, events in self._subjects.values():
            self.file.write(encode_line(conclude(subject, events)))
        self.file.flush()

    def _note(self, subject: Subject, event: PlannedEvent) -> None:
        if subject.sid not in self._subjects:
            self._subjects[subject.sid] = subject, []
            self._messages += isinstance(subject, Message)
        self._subjects[subject.sid][1].append(event)


def _line(event: PlannedEvent) -> EventLine:
    return EventLine(
        id=event.id,
        type=event.type,
        subject_sid=event.subject_sid,
        time=iso(event.time),
        status=event.status,
        error_code=event.error_code,
    )
