"""What Twilio has of an account's set-up."""

import msgspec


class FoundSink(msgspec.Struct, frozen=True, kw_only=True):
    """A sink; ``destination`` is empty unless it is a webhook that is posted to."""

    sid: str
    description: str
    destination: str
    status: str


class FoundSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription with its types and their schemas' versions."""

    sid: str
    sink_sid: str
    description: str
    versions: dict[str, int]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """``verify`` says of each Verify service whether it tells its events."""

    account_sid: str
    sinks: tuple[FoundSink, ...]
    subscriptions: tuple[FoundSubscription, ...]
    verify: dict[str, bool]

    def sink_of(self, destination: str, description: str) -> FoundSink | None:
        """The sink that posts there: of several the one of this description, then one in use."""
        used = {each.sink_sid for each in self.subscriptions}
        return max(
            (sink for sink in self.sinks if sink.destination == destination),
            key=lambda sink: (sink.description == description, sink.sid in used, sink.sid),
            default=None,
        )

    def subscribed(self, destination: str, description: str) -> dict[str, int]:
        """The types, with their versions, that go there by now."""
        sink = self.sink_of(destination, description)
        own = self.subscription_of(sink) if sink else None
        return own.versions if own else {}

    def subscription_of(self, sink: FoundSink) -> FoundSubscription | None:
        """The one that a sink serves, if it does."""
        return next((each for each in self.subscriptions if each.sink_sid == sink.sid), None)
