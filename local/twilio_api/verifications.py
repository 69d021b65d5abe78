"""Verify's verifications: one code for ten minutes, sent at most five times."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from local.twilio_api.problem import Problem, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

LIFETIME_MS: Final = 600_000
_MOST_SENDS: Final = 5
_PHONE: Final = frozenset({"sms", "whatsapp", "call"})


@dataclass(frozen=True, slots=True)
class Sending:
    """One sending of the code; ``at`` in epoch ms, ``sid`` as events name the attempt."""

    sid: str
    channel: str
    at: int


@dataclass(slots=True)
class Verification:
    """One verification; ``end`` is its last status and when it got it, which may be to come."""

    sid: str
    account_sid: str
    service_sid: str
    to: str
    created: int
    sendings: list[Sending] = field(default_factory=list)
    end: tuple[int, str] | None = None

    def sent_by(self, now: int) -> list[Sending]:
        """What has been sent, oldest first; of one that was foretold more may follow."""
        return sorted((each for each in self.sendings if each.at <= now), key=lambda each: each.at)

    def status(self, now: int) -> str:
        """What it has come to."""
        return self.end[1] if self.end and self.end[0] <= now else "pending"


@dataclass(slots=True)
class Verifications:
    """All verifications; ``clock`` gives epoch ms, ``on_sent`` hears of what was sent."""

    clock: Callable[[], int]
    on_sent: Callable[[Verification, Sending], None]
    by_sid: dict[str, Verification] = field(default_factory=dict)
    _by_address: dict[tuple[str, str], Verification] = field(default_factory=dict)

    def add(self, verification: Verification) -> None:
        """Let one be known that was begun elsewhere."""
        self.by_sid[verification.sid] = verification
        self._by_address[verification.service_sid, verification.to] = verification

    def send(self, account_sid: str, service_sid: str, to: str, channel: str) -> Verification:
        """Send a code: again the same one, while a verification of the address is open."""
        _check(to, channel)
        own = self._open(service_sid, to)
        if own is None:
            own = Verification(_sid("VE"), account_sid, service_sid, to, self.clock())
            self.add(own)
        if len(own.sent_by(self.clock())) >= _MOST_SENDS:
            raise Problem(429, 60203, "Max send attempts reached")
        sending = Sending(_sid("VL"), channel, self.clock())
        own.sendings.append(sending)
        self.on_sent(own, sending)
        return own

    def find(self, service_sid: str, whom: str) -> Verification:
        """Find by SID or by address; what has expired is gone."""
        own = self.by_sid.get(whom) or self._by_address.get((service_sid, whom))
        if own is None or own.service_sid != service_sid or self._expired(own):
            raise not_found(f"/Services/{service_sid}/Verifications")
        return own

    def end(self, own: Verification, status: str) -> None:
        """Approve or cancel, as the customer may."""
        if status not in {"approved", "canceled"}:
            raise Problem(400, 60200, "Invalid parameter: Status")
        if own.status(self.clock()) != "pending":
            raise not_found(f"/Services/{own.service_sid}/Verifications")
        own.end = self.clock(), status

    def _open(self, service_sid: str, to: str) -> Verification | None:
        own = self._by_address.get((service_sid, to))
        if own is None or self._expired(own) or own.status(self.clock()) != "pending":
            return None
        return own

    def _expired(self, own: Verification) -> bool:
        return self.clock() >= own.created + LIFETIME_MS


def _check(to: str, channel: str) -> None:
    if channel == "email":
        fits = "@" in to
    else:
        fits = channel in _PHONE and to.startswith("+") and to[1:].isdigit()
    if not fits:
        raise Problem(400, 60200, "Invalid parameter: To or Channel")


def _sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)
