"""What the folds need to know of the settings."""

import msgspec

from pipeline.settings import LifecycleSettings


class Rules(msgspec.Struct, frozen=True):
    """``silence_ms`` by channel, with ``other`` for the rest; 0 is never. Verify has its own.

    They are the longest wait for a receipt. It is shorter, down to ``silence_floor_ms``, where
    ``silence_quantile`` (0..1) of at least ``silence_samples`` receipts came sooner.
    ``needs_sent``: a receipt whose message was never seen sent is in no window (see
    ``placement``). ``cells`` is the cap for one account and window.
    """

    horizon_ms: int
    silence_ms: dict[str, int]
    verify_silence_ms: dict[str, int]
    lifetime_ms: int
    cells: int
    needs_sent: bool = True
    silence_quantile: float = 0
    silence_floor_ms: int = 0
    silence_samples: int = 1

    def of_verify(self) -> "Rules":
        """The rules for attempts to send a code."""
        return msgspec.structs.replace(self, silence_ms=self.verify_silence_ms)

    def deadline_ms(self, channel: str) -> int:
        """The longest to wait for a receipt, in ms; 0 where none is ever missed."""
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
        silence_quantile=settings.silence_quantile,
        silence_floor_ms=settings.silence_floor_s * 1000,
        silence_samples=settings.silence_samples,
    )


def _milliseconds(seconds: dict[str, int]) -> dict[str, int]:
    return {channel: 1000 * s for channel, s in seconds.items()}
