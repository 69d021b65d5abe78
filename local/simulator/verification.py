"""One verification and its attempts to send a code: what stays the same over their events."""

from dataclasses import dataclass
from typing import Literal

from local.simulator.account import Account
from local.simulator.country import Country

AttemptChannel = Literal["sms", "whatsapp", "voice", "rcs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Somebody proves to have a number; ``start`` in epoch ms."""

    sid: str
    account: Account
    country: Country
    to: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One code on its way; ``time`` in epoch ms."""

    sid: str
    verification: Verification
    channel: AttemptChannel
    mnc: str
    time: int
