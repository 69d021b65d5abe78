"""Dead letters after the fact: found, shown, sent again, or given up for good."""

from sinks.dead_letters.actions import discard
from sinks.dead_letters.choice import STATES, Choice, Filed, choose
from sinks.dead_letters.originals import originals
from sinks.dead_letters.replay import Replayed, replay

__all__ = ["STATES", "Choice", "Filed", "Replayed", "choose", "discard", "originals", "replay"]
