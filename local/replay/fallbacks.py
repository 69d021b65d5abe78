"""The fallback processor's place in a replay: every call is taken, nobody is called."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Final

import msgspec

from local.replay.log import Log, Record
from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from pipeline.topics import FALLBACK, OUTCOMES
from processors.fallback.policy_file import parse_policies
from processors.fallback.rehearsal import Rehearsal

_decode: Final = msgspec.json.Decoder(list[Outcome]).decode


class Fallbacks:
    """Plans for the outcomes of a replay, by policies of its own."""

    def __init__(self, log: Log) -> None:
        text = files("local.replay").joinpath("policies.toml").read_text("utf-8")
        self._rehearsal = Rehearsal(parse_policies(text, "policies.toml"))
        self._log = log

    def apply(self, record: Record) -> Iterator[Record]:
        """Hear a record of outcomes; gives what is told of plans."""
        if record.topic == OUTCOMES:
            for outcome in sorted(_decode(record.value), key=lambda each: each.received_at):
                yield from self._told(self._rehearsal.hear(outcome))

    def finish(self) -> Iterator[Record]:
        """Give the last of what is told, when the codes' time is over."""
        yield from self._told(self._rehearsal.finish())

    def _told(self, steps: Iterable[FallbackStep]) -> Iterator[Record]:
        for step in steps:
            yield self._log.append(FALLBACK, [msgspec.json.encode(step)], step.at)
