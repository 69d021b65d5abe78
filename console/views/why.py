"""Why an incident was told, in sentences."""

from collections.abc import Iterator
from typing import Final

from console.warehouse import Row

_CAUSES: Final = {
    "carrier": "a carrier does not deliver",
    "configuration": "a setting or registration is wrong",
    "filtering": "messages are filtered for their content or sender",
    "provider": "Twilio itself has trouble",
    "fraud": "traffic looks pumped",
    "recipients": "the numbers written to are bad",
    "own": "fewer are sent on your side",
}
#: More than these of one kind tell no more.
_SHOWN: Final = 3
_LONG: Final = 24
_END: Final = 6


def sentences(row: Row, latest: Row | None) -> list[str]:
    """What changed, how sure that is, what stands beside it, and the likely cause."""
    return [*_change(row), *_beside(latest), *_cause(row)]


def _change(row: Row) -> Iterator[str]:
    rate, usual = _percent(row["rate"]), _percent(row["usual_rate"])
    span = f"({_percent(row['rate_low'])} to {_percent(row['rate_high'])})"
    if row["kind"] in {"failures", "rule"}:
        yield f"{rate} {span} of {row['messages']:,} failed; usual is {usual}."
        yield f"That is {row['affected']:,} failures more than usual."
    elif row["kind"] == "silence":
        yield f"Receipts came for {rate} {span} of {row['messages']:,} that were due."
    else:
        yield f"{rate} {span} of the {row['messages']:,} messages that were due were sent."
    if row["threshold"] > 0:
        yield (
            f"The evidence is {row['evidence']:.1f} nats; {row['threshold']:.1f} are enough "
            "within the budget of false pages."
        )


def _beside(latest: Row | None) -> Iterator[str]:
    if latest is None:
        return
    for name, usual, rate in latest["siblings"][:_SHOWN]:
        yield f"Beside it, {_named(name)} fails {_percent(rate)}, usually {_percent(usual)}."
    children = latest["children"]
    if children:
        yield f"Inside it stand out: {'; '.join(map(_named, children[:_SHOWN]))}."


def _cause(row: Row) -> Iterator[str]:
    cause = _CAUSES.get(row["likely"])
    if cause:
        yield f"Most likely {cause}."


def _named(part: str) -> str:
    """A slice as people read it: ``country=BR,carrier=72405`` is ``country BR, carrier 72405``."""
    fixed = (piece.partition("=") for piece in part.split(","))
    return ", ".join(f"{name.removesuffix('_sid')} {_short(value)}" for name, _, value in fixed)


def _short(value: str) -> str:
    """A SID by its ends, which is enough to know it by."""
    long = len(value) > _LONG
    return f"{value[:_END]}…{value[-_END:]}" if long else value or "not known"


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f} %"
