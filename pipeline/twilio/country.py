"""What countries are called in English, by ISO 3166 code."""

import csv
from functools import cache
from importlib.resources import files


def country_name(code: str) -> str:
    """The name of a country; the code itself where it is not known."""
    return _names().get(code, code)


@cache
def _names() -> dict[str, str]:
    text = files("pipeline.twilio").joinpath("data/countries.csv").read_text("utf-8")
    return {row["country"]: row["name"] for row in csv.DictReader(text.splitlines())}
