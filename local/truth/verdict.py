"""The result of comparing one run with what ClickHouse holds."""

from dataclasses import dataclass

from local.truth.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Verdict:
    """Clean when every comparison is; ``others`` are those beside events, messages and windows."""

    events: Comparison
    messages: Comparison
    windows: Comparison
    others: tuple[Comparison, ...] = ()

    @property
    def parts(self) -> tuple[Comparison, ...]:
        """All comparisons, in the order of the flow."""
        return self.events, self.messages, self.windows, *self.others

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return all(part.clean for part in self.parts)

    def lines(self) -> list[str]:
        """What to tell people: a line per kind of row, and the first differences of each."""
        return [line for part in self.parts for line in (part.describe(), *_shown(part))]


def _shown(part: Comparison) -> list[str]:
    return [f"  {difference.describe()}" for difference in part.first]
