"""What a Twilio address (``+1555...``, ``whatsapp:+1555...``) tells: channel, number, country."""

import re
from functools import cache, lru_cache
from typing import Final

import phonenumbers

_NANP: Final = "1"  # North America's shared calling code: the area code tells the country
_NANP_PREFIX: Final = 4
_LONGEST_CALLING_CODE: Final = 3
_COUNTRY_DIGITS: Final = 7  # more digits never change the answer below


def channel_of(address: str) -> str:
    """``sms`` for a bare number, else the prefix Twilio puts before it (``whatsapp``, ``rcs``)."""
    prefix, separator, _ = address.partition(":")
    return prefix.lower() if separator else "sms"


def number_of(address: str) -> str:
    """The address without its channel prefix, so that one person has one number."""
    return address.rpartition(":")[2]


def country_of(address: str) -> str:
    """ISO 3166 alpha-2 code by numbering plan, or an empty string when it tells none.

    A pure function of the first seven digits: two parts that see the same address agree.
    """
    number = number_of(address)
    if not number.startswith("+"):
        return ""
    return _country(number[1 : 1 + _COUNTRY_DIGITS])


@lru_cache(maxsize=65_536)
def _country(digits: str) -> str:
    if not (digits.isascii() and digits.isdigit()) or digits.startswith("0"):
        return ""
    for length in range(1, _LONGEST_CALLING_CODE + 1):
        code = digits[:length]
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
        if regions and regions != ("001",):
            return _nanp(digits[:_NANP_PREFIX]) if code == _NANP else _shared(code, digits)
    return ""


def _shared(code: str, digits: str) -> str:
    """Pick among the regions of one calling code; the first listed is the main one."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]
    national = digits[len(code) :]
    for region in regions[1:]:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
        if metadata and metadata.leading_digits and re.match(metadata.leading_digits, national):
            return str(region)
    return str(regions[0])


@cache
def _nanp(prefix: str) -> str:
    """The country of an area code, asked with a subscriber number that is valid in all of them."""
    if len(prefix) < _NANP_PREFIX:
        return ""
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(prefix[1:] + "2345678"))
    return phonenumbers.region_code_for_number(number) or "US"
