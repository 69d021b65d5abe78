"""Outcomes from a file: as they stand on the topic, or as the lifecycle makes them of events."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pipeline.errors import ConfigurationError
from pipeline.items.outcome import Outcome
from pipeline.records import join
from pipeline.settings import LifecycleSettings, load
from pipeline.topics import OUTCOMES, RAW
from pipeline.twilio.envelope import NotAnEventError, split
from pipeline.twilio.event import read_event
from processors.lifecycle.folds import make_fold
from processors.lifecycle.metrics import Metrics
from processors.lifecycle.rules import rules_of
from processors.runtime.fold import SourceRecord


def read_outcomes(file: Path) -> list[Outcome]:
    """Read one outcome or event, or an array of them; ConfigurationError when there is none."""
    try:
        text = file.read_bytes().strip()
        elements = split(text if text.startswith(b"[") else b"[" + text + b"]")
        outcomes = [msgspec.json.decode(element, type=Outcome) for element in elements]
    except msgspec.ValidationError:
        outcomes = list(_made_of(elements, file))
    except (OSError, msgspec.DecodeError, NotAnEventError) as error:
        raise ConfigurationError(f"{file} can't be read as JSON: {error}") from error
    return sorted(outcomes, key=lambda outcome: outcome.received_at)


def _made_of(elements: Sequence[msgspec.Raw], file: Path) -> Iterator[Outcome]:
    """Fold events as if each had come in at its own time, and none was missed before."""
    try:
        events = [(read_event(each, 0), each) for each in elements]
    except NotAnEventError as error:
        raise ConfigurationError(f"{file} holds neither outcomes nor Twilio's events") from error
    rules = rules_of(load(LifecycleSettings, sent_events=False))
    folds = {topic: make_fold(topic, 0, rules, Metrics("explain")) for topic in RAW.values()}
    told = 0
    events.sort(key=lambda pair: pair[0].event_time)
    for number, (event, element) in enumerate(events):
        fold = folds[RAW[event.product]]
        fold.apply(SourceRecord(number, event.event_time, join([bytes(element)])))
        for item in fold.announcements():
            told += item.topic == OUTCOMES
            yield msgspec.json.decode(item.value, type=Outcome)
    if not told:
        raise ConfigurationError(f"nothing in {file} says that a message came to grief")
