"""What is asked for: which time, and which part of the traffic."""

from typing import Final

import msgspec
from multidict import MultiMapping

from console.problems import BAD_REQUEST, ProblemError
from console.span import Span, read_span

Values = tuple[str, ...]

#: Query parameters that choose a part of the traffic, with the names the SQL has for them.
_FILTERS: Final = {
    "account": "accounts",
    "product": "products",
    "country": "countries",
    "channel": "channels",
    "service": "services",
    "carrier": "carriers",
}
_MOST_VALUES: Final = 50
_LONGEST_VALUE: Final = 64


class Slice(msgspec.Struct, frozen=True):
    """Part of the traffic; an empty tuple leaves that dimension open."""

    accounts: Values = ()
    products: Values = ()
    countries: Values = ()
    channels: Values = ()
    services: Values = ()
    carriers: Values = ()

    def parameters(self) -> dict[str, object]:
        """What the SQL's parameters of the same names are."""
        return {name: list(getattr(self, name)) for name in _FILTERS.values()}


class Question(msgspec.Struct, frozen=True):
    """Equal questions have equal answers for a moment."""

    span: Span
    part: Slice = Slice()

    def parameters(self) -> dict[str, object]:
        """Parameters of the SQL."""
        span = self.span
        return {
            "start": span.start,
            "end": span.end,
            "step": span.step,
            **self.part.parameters(),
        }


def read_question(query: MultiMapping[str], now: float) -> Question:
    """Read the query; ProblemError when it can't be used."""
    chosen = {name: _values(query, parameter) for parameter, name in _FILTERS.items()}
    return Question(read_span(query, now), Slice(**chosen))


def _values(query: MultiMapping[str], parameter: str) -> Values:
    values = tuple(sorted(set(query.getall(parameter, []))))
    if len(values) > _MOST_VALUES or any(len(value) > _LONGEST_VALUE for value in values):
        raise ProblemError(BAD_REQUEST, f"`{parameter}` has too many or too long values.")
    return values
