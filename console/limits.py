"""Whole numbers in a query, within bounds."""

from collections.abc import Mapping

from console.problems import BAD_REQUEST, ProblemError


def read_limit(query: Mapping[str, str], default: int = 100, most: int = 500) -> int:
    """How many rows at most; ProblemError when it is no number from 1 to ``most``."""
    text = query.get("limit", str(default))
    if text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= most:
        return int(text)
    raise ProblemError(BAD_REQUEST, f"`limit` is a number from 1 to {most}.")
