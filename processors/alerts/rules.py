"""Static rules on the same counts: a delivery rate below x over y minutes with at least n."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from pipeline.items.alert import State
from processors.alerts.config import Rule
from processors.alerts.detector import Detector
from processors.alerts.incident import Figures, Incident, Transition
from processors.alerts.slices import Slice
from processors.alerts.wilson import wilson

_ALL: Final = 0


_State = tuple[list[tuple[float, float]], Incident | None]


class _Watch:
    """One rule's sliding window over all the messages it is about."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.incident: Incident | None = None
        self._rows: list[int] = []
        self._as_of = (0, 0)
        self._minutes: deque[tuple[float, float]] = deque(maxlen=rule.minutes)

    def rows(self, detector: Detector) -> list[int]:
        """The leaves it is about, looked up again only when leaves came or went."""
        leaves = detector.lattice.leaves
        as_of = len(leaves), detector.evicted
        if as_of != self._as_of:
            matches = self.rule.where.matches
            self._rows = [row for row, leaf in enumerate(leaves) if matches(leaf)]
            self._as_of = as_of
        return self._rows

    def state(self) -> _State:
        """What a restart must know."""
        return list(self._minutes), self.incident

    def restore(self, state: _State) -> None:
        """Take over what ``state`` gave."""
        minutes, self.incident = state
        self._minutes.extend(minutes)

    def add(self, known: float, failed: float) -> tuple[float, float]:
        """Add a minute; give the window's sums."""
        self._minutes.append((known, failed))
        return sum(k for k, _ in self._minutes), sum(f for _, f in self._minutes)


class Rules:
    """All static rules; called before the detector closes its minute."""

    def __init__(self, rules: Sequence[Rule], detector: Detector) -> None:
        self._watches = [_Watch(rule) for rule in rules]
        self._left: dict[str, Incident] = {}
        self._detector = detector

    def judge(self) -> Iterator[Transition]:
        """Judge the minute under way by every rule; end what a rule that is gone had begun."""
        while self._left:
            _, incident = self._left.popitem()
            incident.resolved = self._detector.minute
            yield self._told(incident, "resolved", "the rule was removed")
        table = self._detector.leaves
        for watch in self._watches:
            rows = watch.rows(self._detector)
            known, failed = watch.add(
                float(table.known[rows].sum()), float(table.failed[rows].sum())
            )
            yield from self._compare(watch, known, failed)

    def _compare(self, watch: _Watch, known: float, failed: float) -> Iterator[Transition]:
        rule, open_one = watch.rule, watch.incident
        if known < rule.at_least:
            return
        rate = 1 - failed / known
        if rate < rule.below and open_one is None:
            watch.incident = self._fire(rule, known, failed)
            yield self._told(watch.incident, "firing", rule.name)
        elif rate >= rule.below and open_one is not None:
            open_one.resolved = self._detector.minute
            watch.incident = None
            yield self._told(open_one, "resolved", "above the limit again")

    def _fire(self, rule: Rule, known: float, failed: float) -> Incident:
        minute = self._detector.minute
        low, high = wilson(failed, known)
        figures = Figures(
            observed=failed,
            expected=(1 - rule.below) * known,
            known=known,
            rate_low=low,
            rate_high=high,
            evidence=0.0,
            threshold=0.0,
        )
        return Incident(
            id=f"rule:{rule.name}:{minute}",
            kind="rule",
            severity=rule.severity,
            root=Slice(_ALL, (rule.where.product or "",)),
            where=rule.where.named(),
            started=minute + 1 - rule.minutes,
            fired=minute,
            figures=figures,
            multiplier=1.0,
        )

    def _told(self, incident: Incident, state: State, reason: str) -> Transition:
        incident.told += 1
        told = msgspec.structs.replace(incident)
        return Transition(incident=told, state=state, minute=self._detector.minute, reason=reason)

    def encode(self) -> bytes:
        """Write the windows by the rules' names, to be taken over by ``restore``."""
        left: dict[str, _State] = {name: ([], incident) for name, incident in self._left.items()}
        return msgspec.msgpack.encode(
            left | {watch.rule.name: watch.state() for watch in self._watches}
        )

    def restore(self, body: bytes) -> None:
        """Take over what ``encode`` wrote; a rule that is new begins afresh."""
        states = _decode(body)
        for watch in self._watches:
            if state := states.pop(watch.rule.name, None):
                watch.restore(state)
        self._left = {name: incident for name, (_, incident) in states.items() if incident}


_decode: Final = msgspec.msgpack.Decoder(dict[str, _State]).decode
