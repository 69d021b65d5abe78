"""Which fold a raw topic gets."""

from pipeline.topics import RAW
from processors.lifecycle.fold import LifecycleFold
from processors.lifecycle.messages.reading import read_messages
from processors.lifecycle.observer import Observer
from processors.lifecycle.outcomes import Source
from processors.lifecycle.placement import Placement
from processors.lifecycle.rules import Rules
from processors.lifecycle.verify.reading import read_verify
from processors.lifecycle.voice.reading import read_voice


def make_fold(topic: str, partition: int, rules: Rules, watch: Observer) -> LifecycleFold:
    """Make the fold of one source partition.

    A call may have asked for word of its end alone, so an end needs no start there.
    """
    needs_sent = Placement(needs_sent=rules.needs_sent)
    if topic == RAW["verify"]:
        source = Source("verify", topic, partition)
        return LifecycleFold(source, read_verify, needs_sent, rules.of_verify(), watch)
    if topic == RAW["voice"]:
        source, any_end = Source("voice", topic, partition), Placement(needs_sent=False)
        return LifecycleFold(source, read_voice, any_end, rules, watch)
    source = Source("messaging", topic, partition)
    return LifecycleFold(source, read_messages, needs_sent, rules, watch)
