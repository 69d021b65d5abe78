"""What the notifier remembers: incidents, what each channel knows of them, silences."""

from typing import Literal

import msgspec

from pipeline.items.alert import Alert, Notice, Severity, Silence
from processors.notifier.message import Transition

Kind = Literal["incident", "thread", "silence"]
#: Kind, incident or silence, channel (of threads).
EntryKey = tuple[Kind, str, str]


class Incident(msgspec.Struct, kw_only=True):
    """An incident, or a group of notices; ``about`` is the newest that was told of it.

    ``heard_at`` is in epoch ms.
    """

    id: str
    about: Alert | Notice
    heard_at: int
    acknowledgement: str = ""  # its id, once somebody looks after the incident
    notices: list[str] = []  # the last ones of a group, to know repeats by
    row: int = 0

    @property
    def key(self) -> EntryKey:
        """Its key among the entries."""
        return ("incident", self.id, "")

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected of it."""
        return isinstance(self.about, Notice) or self.about.state == "resolved"

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody looks after it."""
        return bool(self.acknowledgement)


class Letter(msgspec.Struct, kw_only=True):
    """One transition on its way to one channel; times are in epoch ms, 0 is not yet."""

    number: str  # of the transition, or the notice's id
    transition: Transition
    key: str  # by which the receiver folds
    at: int
    count: int = 0  # of a notice: all that are told with it
    attempts: int = 0
    tried_at: int = 0


class Thread(msgspec.Struct, kw_only=True):
    """What one channel knows of one incident, and is to be told.

    ``waiting`` is the newest letter that has not gone out, ``sending`` one that may have. Letters
    that a newer one makes needless are dropped, so there are never more, and none overtakes.
    """

    incident: str
    channel: str
    waiting: Letter | None = None
    sending: Letter | None = None
    next_at: int = 0  # epoch ms: not before; 0 is now
    hold: tuple[str, int] | None = None  # what holds it back, and until when (epoch ms)
    failures: int = 0  # in a row
    knows: Literal["nothing", "maybe", "yes"] = "nothing"  # whether it was told of the incident
    told_severity: Severity | None = None
    reference: str = ""
    acknowledgement: str = ""  # the one its receiver was told of
    repeat_at: int = 0  # epoch ms; 0 is never
    row: int = 0

    @property
    def key(self) -> EntryKey:
        """Its key among the entries."""
        return ("thread", self.incident, self.channel)


class Quiet(msgspec.Struct, kw_only=True):
    """A silence somebody has asked for."""

    silence: Silence
    row: int = 0

    @property
    def key(self) -> EntryKey:
        """Its key among the entries."""
        return ("silence", self.silence.id, "")


AnyEntry = Incident | Thread | Quiet


class Body(msgspec.Struct):
    """The content of a state row; ``now`` is the latest time heard (epoch ms)."""

    now: int
    incidents: list[Incident] = []
    threads: list[Thread] = []
    silences: list[Quiet] = []


class Shelf:
    """All entries, and which of them have changed."""

    def __init__(self) -> None:
        self.incidents: dict[str, Incident] = {}
        self.threads: dict[tuple[str, str], Thread] = {}
        self.silences: dict[str, Quiet] = {}
        self.changed: set[EntryKey] = set()

    def __len__(self) -> int:
        return len(self.incidents) + len(self.threads) + len(self.silences)

    def find(self, key: EntryKey) -> AnyEntry | None:
        """Find an entry; None when it was dropped."""
        kind, name, channel = key
        if kind == "thread":
            return self.threads.get((name, channel))
        return self.incidents.get(name) if kind == "incident" else self.silences.get(name)

    def put(self, entry: AnyEntry) -> None:
        """Add or replace an entry."""
        if isinstance(entry, Thread):
            self.threads[entry.incident, entry.channel] = entry
        elif isinstance(entry, Incident):
            self.incidents[entry.id] = entry
        else:
            self.silences[entry.silence.id] = entry

    def threads_of(self, incident: str) -> list[Thread]:
        """What the channels know of an incident."""
        return [thread for (name, _), thread in self.threads.items() if name == incident]

    def drop(self, incident: Incident) -> None:
        """Forget an incident and all that channels know of it."""
        del self.incidents[incident.id]
        for thread in self.threads_of(incident.id):
            del self.threads[thread.incident, thread.channel]

    def body(self, now: int, keys: set[EntryKey]) -> Body:
        """The entries with these keys, as a state row holds them."""
        body = Body(now, [], [], [])
        for key in sorted(keys):
            entry = self.find(key)
            if isinstance(entry, Thread):
                body.threads.append(entry)
            elif isinstance(entry, Incident):
                body.incidents.append(entry)
            elif entry is not None:
                body.silences.append(entry)
        return body
