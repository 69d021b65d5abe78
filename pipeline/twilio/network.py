"""The recipient's mobile network: its country and its name as digits.

``data/mobile_country_codes.csv`` maps the mobile country codes the ITU assigned (E.212) to
countries; where small neighbours share a code the first listed is the main one.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Final

_MCC_DIGITS: Final = 3
_MNC_DIGITS: Final = (2, 3)


@cache
def _countries() -> dict[str, tuple[str, ...]]:
    text = files("pipeline.twilio").joinpath("data/mobile_country_codes.csv").read_text("utf-8")
    return {
        row["mcc"]: tuple(row["countries"].split()) for row in csv.DictReader(text.splitlines())
    }


def country_of_network(mcc: object, by_number: str) -> str:
    """ISO 3166 alpha-2 code of a network's country; ``by_number`` where it tells none.

    Of countries that share a code the number's own is taken, if it is one of them.
    """
    countries = _countries().get(mcc, ()) if isinstance(mcc, str) else ()
    return countries[0] if countries and by_number not in countries else by_number


def carrier_of(mcc: object, mnc: object) -> str:
    """The network as MCC and MNC in one (``310260``), or an empty string when not told."""
    if not (isinstance(mcc, str) and isinstance(mnc, str)):
        return ""
    digits = mcc + mnc
    known = len(mcc) == _MCC_DIGITS and len(mnc) in _MNC_DIGITS
    return digits if known and digits.isascii() and digits.isdigit() else ""
