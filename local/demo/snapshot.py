"""What the live view shows, at one moment."""

from dataclasses import dataclass
from typing import NamedTuple


class Deliveries(NamedTuple):
    """Messages sent together, and what is known of them."""

    sent: int
    delivered: int
    unknown: int

    @property
    def rate(self) -> float | None:
        """Delivered share of those whose outcome is known."""
        known = self.sent - self.unknown
        return self.delivered / known if known else None

    @property
    def silent_share(self) -> float:
        """Share without an outcome yet."""
        return self.unknown / self.sent if self.sent else 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``windows`` by start (epoch seconds) and country, ``slices`` by country and number.

    ``told`` are the newest alerts and notices, in words.
    """

    windows: dict[int, dict[str, Deliveries]]
    slices: dict[str, dict[int, Deliveries]]
    stored: int
    newest_age_ms: int
    lag: dict[str, int]
    told: tuple[str, ...] = ()

    def latest_windows(self, count: int) -> list[int]:
        """Starts of the newest windows, oldest first."""
        return sorted(self.windows)[-count:]


NOTHING = Snapshot({}, {}, 0, 0, {})
