"""Codes that come to grief: Verify's events of each, and the verification as Twilio has it."""

from dataclasses import dataclass
from random import Random

from benchmarks.fallback.stand_in import ACCOUNT, SERVICE
from local.simulator.account import Account
from local.simulator.country import COUNTRIES
from local.simulator.identifiers import Identifiers
from local.simulator.lifecycle import Step
from local.simulator.products.verify import attempt_event, verification_event
from local.simulator.verification import Attempt, Verification
from local.twilio_api.verifications import Sending
from local.twilio_api.verifications import Verification as Known

_RECEIPT_MS = 2_500
_UNREACHABLE = 30003


@dataclass(slots=True)
class Code:
    """One code; ``received_at`` is when the ingress has its events (epoch ms)."""

    known: Known
    events: list[bytes]
    silent: bool
    received_at: int = 0

    @property
    def sid(self) -> str:
        """The verification's."""
        return self.known.sid


class Codes:
    """Makes codes of which no two share a number."""

    def __init__(self, seed: int) -> None:
        self._ids = Identifiers(Random(seed))  # noqa: S311  repeatable, not secret
        self._account = Account(ACCOUNT, (), SERVICE, sends_bodies=False)
        self._made = 0

    def make(self, now: int, *, silent: bool) -> Code:
        """One that was sent just now and stays silent, or that is found to have failed now."""
        sent_at = now if silent else now - _RECEIPT_MS
        attempt = self._attempt(sent_at)
        own = attempt.verification
        told = [
            verification_event(own, Step("pending", sent_at), (attempt,), 0, self._ids),
            attempt_event(attempt, Step("sent", sent_at), self._ids),
        ]
        if not silent:
            failed = Step("undelivered", now, _UNREACHABLE)
            told.append(attempt_event(attempt, failed, self._ids))
        first = Sending(attempt.sid, "sms", sent_at)
        known = Known(own.sid, ACCOUNT, SERVICE, own.to, sent_at, [first])
        return Code(known, [event.element for event in told], silent)

    def _attempt(self, sent_at: int) -> Attempt:
        self._made += 1
        own = Verification(
            sid=self._ids.sid("VE"),
            account=self._account,
            country=COUNTRIES[2],
            to=f"+55119{self._made:08d}",
            start=sent_at,
        )
        sid, mnc = self._ids.sid("VL"), own.country.mncs[0]
        return Attempt(sid=sid, verification=own, channel="sms", mnc=mnc, time=sent_at)
