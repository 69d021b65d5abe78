"""What a check has seen, how bad that is, and what to do about it."""

from collections.abc import Sequence
from typing import Literal

import msgspec

Grade = Literal["ok", "warn", "fail"]


class Finding(msgspec.Struct, frozen=True):
    """One line of the report; ``do`` is empty where nothing needs doing."""

    check: str
    grade: Grade
    seen: str
    do: str = ""


def worst(findings: Sequence[Finding]) -> Grade:
    """The grade of all of them together."""
    grades = {finding.grade for finding in findings}
    return "fail" if "fail" in grades else "warn" if "warn" in grades else "ok"
