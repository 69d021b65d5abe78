"""The countries that simulated recipients live in."""

from dataclasses import dataclass
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Country:
    """A share of the recipients, by ``weight``; ``latency_ms`` is the median time to a receipt.

    ``number`` is a mobile number with ``#`` for each drawn digit.
    """

    code: str
    name: str
    number: str
    mcc: str
    mncs: tuple[str, ...]
    weight: int
    latency_ms: int

    def draw_number(self, random: Random) -> str:
        """A number whose prefix tells this country."""
        return "".join(str(random.randrange(10)) if c == "#" else c for c in self.number)


COUNTRIES: Final = (
    Country("US", "United States", "+1415555####", "310", ("260", "410", "012"), 30, 1_500),
    Country("GB", "United Kingdom", "+447700900###", "234", ("10", "15", "30"), 18, 1_200),
    Country("BR", "Brazil", "+551199#######", "724", ("05", "06", "10"), 18, 2_400),
    Country("IN", "India", "+9199999#####", "404", ("10", "20", "45"), 16, 2_800),
    Country("DE", "Germany", "+491512#######", "262", ("01", "02", "03"), 10, 1_300),
    Country("MX", "Mexico", "+525512######", "334", ("020", "030", "050"), 8, 2_200),
)


def draw_country(random: Random) -> Country:
    """One country, by weight."""
    return random.choices(COUNTRIES, [country.weight for country in COUNTRIES])[0]
