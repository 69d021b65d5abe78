"""Takes in what is told on the topic: who is to be told what."""

from collections.abc import Callable
from typing import Final

import msgspec

from pipeline.items.alert import Acknowledgement, Alert, AlertItem, Notice, Silence
from processors.notifier.acknowledging import acknowledging
from processors.notifier.config import Config
from processors.notifier.entries import AnyEntry, Incident, Letter, Quiet, Shelf, Thread
from processors.notifier.told import Told

#: Notices of a group that are remembered, to know repeats by.
_REMEMBERED: Final = 32


class Hearing:
    """Turns items into letters; the clock has no say here."""

    def __init__(self, shelf: Shelf, told: Told, config: Callable[[], Config]) -> None:
        self._shelf = shelf
        self._told = told
        self._config = config

    def hear(self, item: AlertItem, at_ms: int) -> None:
        """Take in one item, told at ``at_ms``."""
        if isinstance(item, Alert):
            self._hear_alert(item, at_ms)
        elif isinstance(item, Notice):
            self._hear_notice(item, at_ms)
        elif isinstance(item, Acknowledgement):
            self._hear_acknowledgement(item, at_ms)
        else:
            self._hear_silence(item)

    def _hear_alert(self, alert: Alert, at_ms: int) -> None:
        known = self._shelf.incidents.get(alert.id)
        if known is None:
            known = Incident(id=alert.id, about=alert, heard_at=at_ms)
        elif isinstance(known.about, Alert) and alert.transition <= known.about.transition:
            return  # told again after a crash
        known.about, known.heard_at = alert, at_ms
        if alert.state == "firing":
            known.acknowledgement = ""
        self._keep(known)
        for thread in self._concerned(known):
            letter = Letter(
                number=str(alert.transition), transition=alert.state, key=alert.id, at=at_ms
            )
            self._put(thread, letter, at_ms, "a later transition replaces it")

    def _hear_notice(self, notice: Notice, at_ms: int) -> None:
        group = f"notices:{notice.rule}:{notice.account_sid}:{notice.code}"
        known = self._shelf.incidents.get(group)
        if known is None:
            known = Incident(id=group, about=notice, heard_at=at_ms)
        elif notice.id in known.notices:
            return  # told again after a crash
        known.about, known.heard_at = notice, at_ms
        known.notices = [*known.notices, notice.id][-_REMEMBERED:]
        self._keep(known)
        for thread in self._concerned(known):
            letter = Letter(
                number=notice.id, transition="notice", key=notice.id, at=at_ms, count=notice.count
            )
            if before := thread.waiting:  # both are told in one, under the first one's key
                letter.key, letter.at = before.key, before.at
                letter.count += before.count
            self._put(thread, letter, at_ms, "told together with a later one")

    def _concerned(self, incident: Incident) -> list[Thread]:
        """Those it is routed to, and whoever was told of it before: routes may have changed."""
        threads = {thread.channel: thread for thread in self._shelf.threads_of(incident.id)}
        if not (isinstance(incident.about, Alert) and incident.about.state == "resolved"):
            for name in self._config().names_for(incident.about):
                threads.setdefault(name, Thread(incident=incident.id, channel=name))
        return list(threads.values())

    def _put(self, thread: Thread, letter: Letter, at_ms: int, why: str) -> None:
        if thread.waiting:
            self._told.say(thread, thread.waiting, "suppressed", at_ms, reason=why)
        thread.waiting = letter
        if thread.hold:
            thread.hold, thread.next_at = None, 0  # it may not hold for this one
        self._told.say(thread, letter, "pending", at_ms)
        self._keep(thread)

    def _hear_acknowledgement(self, act: Acknowledgement, at_ms: int) -> None:
        incident = self._shelf.incidents.get(act.alert_id)
        if incident is None or incident.is_over or incident.is_acknowledged:
            return
        incident.acknowledgement = act.id
        self._keep(incident)
        for thread in self._shelf.threads_of(incident.id):
            channel = self._config().channel(thread.channel)
            if letter := acknowledging(incident, thread, channel, at_ms):
                self._put(thread, letter, at_ms, "")

    def _hear_silence(self, silence: Silence) -> None:
        """Have everything looked at again that was held back, for the silence may be ended."""
        self._keep(Quiet(silence=silence))
        for thread in self._shelf.threads.values():
            if thread.hold:
                thread.next_at = 0
                self._keep(thread)

    def _keep(self, entry: AnyEntry) -> None:
        self._shelf.put(entry)
        self._shelf.changed.add(entry.key)


def read_item(element: msgspec.Raw) -> AlertItem | None:
    """One element of the topic; None when it is none of ours."""
    try:
        item: AlertItem = _decode(element)
    except msgspec.ValidationError:
        return None
    return item


_decode: Final = msgspec.json.Decoder(AlertItem).decode
