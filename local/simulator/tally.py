"""What a run did, counted."""

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """Counts so far; ``refused`` and ``given_up`` are events the webhook never took."""

    events: int = 0
    distinct: int = 0
    messages: int = 0
    requests: int = 0
    resends: int = 0
    refused: int = 0
    given_up: int = 0

    @property
    def duplicates(self) -> int:
        """Events the webhook took more than once, by Twilio's repetition."""
        return self.events - self.distinct

    @property
    def complete(self) -> bool:
        """Whether the webhook took everything."""
        return not (self.refused or self.given_up)

    def describe(self) -> str:
        """One line for people."""
        sent = (
            f"sent {self.events:,} events of {self.messages:,} messages: "
            f"{self.distinct:,} distinct, {self.duplicates:,} duplicates, "
            f"in {self.requests:,} requests ({self.resends:,} resent)"
        )
        lost = f"; {self.refused:,} refused for good, {self.given_up:,} given up"
        return sent if self.complete else sent + lost
