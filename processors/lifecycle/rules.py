"""What the folds need to know of the settings."""

import msgspec

from pipeline.settings import LifecycleSettings


class Rules(msgspec.Struct, frozen=True):
    """``silence_ms`` by channel, with ``other`` for the rest; 0 is never. Verify has its own.

    ``needs_sent``: a receipt whose message was never seen sent is in no window (see
    ``placement``). ``cells`` is the cap for one account and window.
    """

    horizon_ms: int
    silence_ms: dict[str, int]
    verify_silence_ms: dict[str, int]
    lifetime_ms: int
    cells: int
    needs_sent: bool = True

    def of_verify(self) -> "Rules":
        """The rules for attempts to send a code."""
        return msgspec.structs.replace(self, silence_ms=self.verify_silence_ms)

    def deadline_ms(self, channel: str) -> int:
        """How long after sending no receipt is no news; 0 where it never is."""
        known = self.silence_ms.get(channel)
        return self.silence_ms.get("other", 0) if known is None else known


def rules_of(settings: LifecycleSettings) -> Rules:
    """Read the folds' rules from the settings."""
    return Rules(
        horizon_ms=settings.state_horizon_s * 1000,
        silence_ms=_milliseconds(settings.silence_s),
        verify_silence_ms=_milliseconds(settings.verify_silence_s),
        lifetime_ms=settings.verification_lifetime_s * 1000,
        cells=settings.cells_per_account,
        needs_sent=settings.sent_events,
    )


def _milliseconds(seconds: dict[str, int]) -> dict[str, int]:
    return {channel: 1000 * s for channel, s in seconds.items()}
