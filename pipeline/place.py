"""Says in words what traffic a slice holds: "SMS to Germany, service MG1".

Networks keep their MCC and MNC, as Twilio names none; accounts and services keep their SIDs.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.twilio.country import country_name

_CHANNELS: Final = {"sms": "SMS", "whatsapp": "WhatsApp", "rcs": "RCS"}
_SENDERS: Final = {
    "long_code": "long codes",
    "short_code": "short codes",
    "toll_free": "toll-free numbers",
    "alphanumeric": "alphanumeric senders",
    "": "unknown senders",
}
_DIMENSIONS: Final = frozenset(
    {"product", "account_sid", "channel", "service_sid", "country", "carrier", "sender_type"}
)


def place_of(fixed: Mapping[str, str]) -> str:
    """Name a slice by the dimensions it fixes; one that fixes nothing is all traffic."""
    rest = {name: value for name, value in fixed.items() if name not in _DIMENSIONS}
    beside = [*_owners(fixed), *(f"{name} {value or '(none)'}" for name, value in rest.items())]
    return ", ".join([" ".join([_traffic(fixed), *_ways(fixed)]), *beside])


def place_of_text(text: str) -> str:
    """The same for a slice's one-line name (``product=messaging,country=DE``)."""
    pairs = [part.partition("=") for part in text.split(",")]
    known = all(separator and name in _DIMENSIONS for name, separator, _ in pairs)
    return place_of({name: value for name, _, value in pairs}) if known else text


def _traffic(fixed: Mapping[str, str]) -> str:
    product, channel = fixed.get("product", ""), fixed.get("channel", "")
    named = _CHANNELS.get(channel, channel)
    if product == "voice":
        return "calls"
    if product in ("verify", "verify_conversion"):
        what = "verifications" if product == "verify_conversion" else "verification attempts"
        return f"{what} by {named}" if named else what
    if named == "SMS":
        return named
    if product == "messaging" or named:
        return f"{named} messages".strip()
    return "all traffic"


def _ways(fixed: Mapping[str, str]) -> Iterator[str]:
    if "country" in fixed:
        country = fixed["country"]
        yield f"to {country_name(country)}" if country else "to an unknown country"
    if "carrier" in fixed:
        carrier = fixed["carrier"]
        yield f"on network {carrier}" if carrier else "on an unknown network"
    if "sender_type" in fixed:
        sender = fixed["sender_type"]
        yield f"from {_SENDERS.get(sender, f'{sender} senders')}"


def _owners(fixed: Mapping[str, str]) -> Iterator[str]:
    if "service_sid" in fixed:
        service = fixed["service_sid"]
        yield f"service {service}" if service else "without a service"
    if "account_sid" in fixed:
        yield f"account {fixed['account_sid'] or '(none)'}"
