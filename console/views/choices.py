"""What there is to filter by."""

from typing import Final

from console.span import DAY_S
from console.views import Answer
from console.warehouse import Ask

_KINDS: Final = ("accounts", "countries", "channels", "services", "carriers")
_DAYS: Final = 7


async def choices(ask: Ask, now: float) -> Answer:
    """Up to 200 values of each kind that were seen in the last days, the busiest first."""
    end = (int(now) // DAY_S + 1) * DAY_S
    rows = await ask("choices", start=end - (_DAYS + 1) * DAY_S, end=end, step=DAY_S)
    return {kind: [row["value"] for row in rows if row["kind"] == kind] for kind in _KINDS}
