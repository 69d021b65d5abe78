"""One outbound message: what stays the same over all its events."""

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from local.simulator.account import Account, MessagingService
from local.simulator.country import Country, draw_country
from local.simulator.identifiers import Identifiers

Channel = Literal["sms", "mms", "whatsapp", "rcs"]

_CHANNELS: Final[dict[Channel, int]] = {"sms": 82, "whatsapp": 12, "mms": 3, "rcs": 3}
#: Channels whose addresses say so; Twilio tells MMS by the SID.
_PREFIXED: Final = frozenset({"whatsapp", "rcs"})
_LONG_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message on its way to one recipient."""

    sid: str
    account: Account
    service: MessagingService
    channel: Channel
    country: Country
    to: str
    sender: str
    mnc: str
    segments: int
    user_reference: str


def draw_message(accounts: tuple[Account, ...], ids: Identifiers, random: Random) -> Message:
    """A message of a random account to a random recipient."""
    account = random.choice(accounts)
    service = random.choice(account.services)
    country = draw_country(random)
    channel = random.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
    prefix = f"{channel}:" if channel in _PREFIXED else ""
    return Message(
        sid=ids.sid("MM" if channel == "mms" else "SM"),
        account=account,
        service=service,
        channel=channel,
        country=country,
        to=prefix + country.draw_number(random),
        sender=prefix + service.sender,
        mnc=random.choice(country.mncs),
        segments=2 if random.random() < _LONG_SHARE else 1,
        user_reference=f"u-{random.randrange(1_000_000)}",
    )
