"""Which error codes came, and what Twilio calls them: what an alert names as its cause."""

from collections import Counter
from typing import Final

from pipeline.items.alert import TopCode
from pipeline.twilio.error_classes import error_codes

_MOST: Final = 5


def top_codes(found: Counter[int]) -> list[TopCode]:
    """Name the most frequent codes; 0 stands for those a cell doesn't tell apart."""
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [_named(code, count) for code, count in ranked if code and count > 0][:_MOST]


def _named(code: int, count: int) -> TopCode:
    known = error_codes().get(code)
    name, error_class = (known.name, known.error_class) if known else ("", "other")
    return TopCode(code, name, error_class, count)
