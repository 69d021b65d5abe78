"""Who sends: accounts with their messaging services, senders and tags."""

from dataclasses import dataclass
from random import Random

from local.simulator.identifiers import Identifiers

_ACCOUNTS = 3
_SERVICES_PER_ACCOUNT = 2


@dataclass(frozen=True, slots=True)
class MessagingService:
    """A pool of senders; ``purpose`` travels as a tag."""

    sid: str
    sender: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Account:
    """A Twilio account; some put message bodies into their events, most do not."""

    sid: str
    services: tuple[MessagingService, ...]
    verify_service_sid: str
    sends_bodies: bool


def draw_accounts(ids: Identifiers, random: Random) -> tuple[Account, ...]:
    """The accounts of one run; their SIDs are the run's own, so that runs never mix."""
    return tuple(_account(ids, random, number) for number in range(_ACCOUNTS))


def _account(ids: Identifiers, random: Random, number: int) -> Account:
    purposes = ("otp", "notice")[:_SERVICES_PER_ACCOUNT]
    return Account(
        sid=ids.sid("AC"),
        services=tuple(
            MessagingService(ids.sid("MG"), f"+1628555{random.randrange(10_000):04d}", purpose)
            for purpose in purposes
        ),
        verify_service_sid=ids.sid("VA"),
        sends_bodies=number == 0,
    )
