"""Reads what is wanted from a TOML file, and completes it with what the environment says."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from operations.connect.wanted import Wanted, WantedAccount
from pipeline.errors import ConfigurationError
from pipeline.settings import TwilioApiSettings
from pipeline.toml import TomlFile

_NO_ACCOUNT: Final = (
    "say whose events are wanted: set TWILIO_PIPELINE_TWILIO_ACCOUNT_SID, or name [[accounts]]"
)
_NO_DESTINATION: Final = (
    "say where events go: set TWILIO_PIPELINE_INGEST_PUBLIC_URL, or `destination` in the file"
)


def read_wanted(path: Path | None, settings: TwilioApiSettings, public_url: str) -> Wanted:
    """Read a file, or take everything for the account of the settings without one.

    ConfigurationError says in one line what can't be used.
    """
    wanted = Wanted() if path is None else TomlFile.read(path).convert(Wanted)
    accounts = wanted.accounts or (WantedAccount(settings.account_sid),)
    completed = msgspec.structs.replace(
        wanted, destination=wanted.destination or public_url, accounts=accounts
    )
    problem = _problem(completed, settings)
    if problem:
        raise ConfigurationError(f"{path.name}: {problem}" if path else problem)
    return completed


def _problem(wanted: Wanted, settings: TwilioApiSettings) -> str:
    sids = [account.sid for account in wanted.accounts]
    foreign = [sid for sid in sids if sid not in {settings.account_sid, *settings.accounts}]
    if not all(sids):
        return _NO_ACCOUNT
    if len(set(sids)) < len(sids):
        return "an account is named twice"
    if foreign:
        return (
            f"{foreign[0]} needs credentials of its own in TWILIO_PIPELINE_TWILIO_ACCOUNTS: "
            "Event Streams acts for the account that signs in"
        )
    return _problem_of_url(wanted.destination)


def _problem_of_url(destination: str) -> str:
    url = urlsplit(destination)
    if not destination:
        return _NO_DESTINATION
    if url.scheme != "https" or not url.hostname:
        return "destination: Twilio takes https addresses only"
    if url.username or url.password:
        return "destination: leave user and password out of the address, events are signed"
    return "destination: leave out the query and fragment" if url.query or url.fragment else ""
