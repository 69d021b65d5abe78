"""What somebody asks of Twilio by an inbound message of one word.

Twilio's default keywords, compared as Twilio does: the whole text, in any case. The text itself
goes no further.
"""

from typing import Final

_WORDS: Final = {
    "opt_out": ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"),
    "opt_in": ("start", "yes", "unstop"),
    "help": ("help", "info"),
}
_MEANINGS: Final = {word: meaning for meaning, words in _WORDS.items() for word in words}


def meaning_of(body: object) -> str:
    """``opt_out``, ``opt_in`` or ``help``; empty for any other text."""
    return _MEANINGS.get(body.strip().lower(), "") if isinstance(body, str) else ""
