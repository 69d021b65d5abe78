"""How long something lasts, as people write it."""

import re
from typing import Final

from pipeline.errors import ConfigurationError

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_PART: Final = re.compile(r"(\d+)([smhd])")


def duration(text: str, option: str) -> int:
    """Seconds of ``90m``, ``2h`` or ``1d12h``; ConfigurationError names the option."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ConfigurationError(f"{option} takes a duration such as 30m, 2h or 1d12h: {text!r}")
    return sum(int(number) * _UNITS[unit] for number, unit in parts)
