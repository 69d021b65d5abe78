"""Delivery rates as coloured bars."""

from typing import Final

from rich.text import Text

from local.demo.snapshot import Deliveries

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_GOOD: Final = 0.9
_POOR: Final = 0.75
_EMPTY: Final = "·"
_FAINT_BELOW: Final = 0.5  # share of known outcomes from which a bar is to be believed


def rate_style(rate: float) -> str:
    """Green, yellow or red."""
    if rate >= _GOOD:
        return "green"
    return "yellow" if rate >= _POOR else "bold red"


def bars(slices: dict[int, Deliveries], count: int) -> Text:
    """One bar per slice: its height and colour are the rate; faint while little is known."""
    text = Text()
    for number in range(count):
        text.append_text(_bar(slices.get(number)))
    return text


def _bar(deliveries: Deliveries | None) -> Text:
    rate = deliveries.rate if deliveries else None
    if deliveries is None or rate is None:
        return Text(_EMPTY, style="dim")
    faint = deliveries.silent_share > 1 - _FAINT_BELOW
    block = _BLOCKS[round(rate * (len(_BLOCKS) - 1))]
    return Text(block, style=f"dim {rate_style(rate)}" if faint else rate_style(rate))
