"""Scenarios: which odds a message meets, by its country and by how far the run is."""

from dataclasses import dataclass
from typing import Final, Literal

from local.simulator.country import Country
from local.simulator.fate import Odds

ScenarioName = Literal["steady", "outage"]

_USUAL: Final = Odds(undelivered=0.021, failed=0.009, silent=0.006, held=0.002)
_BROKEN: Final = Odds(
    undelivered=0.58,
    failed=0.08,
    silent=0.22,
    held=0.0,
    codes={30003: 55, 30410: 25, 30008: 12, 30500: 8},
)
#: The middle third of the run.
_OUTAGE_START: Final = 1 / 3
_OUTAGE_END: Final = 2 / 3


#: Channels of Verify that go through the carriers that break.
_CARRIED: Final = frozenset({"sms", "rcs"})


@dataclass(frozen=True, slots=True)
class Scenario:
    """``outage_country`` is an ISO code, or empty when nothing breaks."""

    name: ScenarioName
    outage_country: str = ""

    def odds(self, country: Country, progress: float) -> Odds:
        """The odds at ``progress``, 0 at the first message and 1 at the last."""
        if country.code == self.outage_country and self.broken(progress):
            return _BROKEN
        return _USUAL

    def breaks(self, channel: str, country: Country, progress: float) -> bool:
        """Whether a code sent there now meets the outage; a call or WhatsApp gets through."""
        here = country.code == self.outage_country and channel in _CARRIED
        return here and self.broken(progress)

    def broken(self, progress: float) -> bool:
        """Whether the outage, if there is one, is on."""
        return bool(self.outage_country) and _OUTAGE_START <= progress < _OUTAGE_END


SCENARIOS: Final[dict[ScenarioName, Scenario]] = {
    "steady": Scenario("steady"),
    "outage": Scenario("outage", outage_country="BR"),
}
