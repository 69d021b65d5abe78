"""What the commands of the group begin with: what is wanted, and what there is of it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from operations.connect.survey import Survey, survey
from operations.connect.wanted import Wanted
from operations.connect.wanted_file import read_wanted
from pipeline.cli.bar import bar
from pipeline.settings import TwilioApiSettings, load
from pipeline.twilio.api import TwilioApi, connected

WantedOption = Annotated[
    Path | None,
    typer.Option(
        "--wanted",
        help="TOML file of what is wanted; else every event type there is, to the ingress's "
        "public URL, of the account of the settings.",
    ),
]
_PUBLIC_URL: Final = "TWILIO_PIPELINE_INGEST_PUBLIC_URL"


class Surveyed(msgspec.Struct, frozen=True):
    """What is wanted, and each account as it was found."""

    api: TwilioApi
    wanted: Wanted
    surveys: list[Survey]


@asynccontextmanager
async def surveyed(path: Path | None) -> AsyncIterator[Surveyed]:
    """Look at all accounts; raises in one line what is wrong with the file or the answers."""
    settings = load(TwilioApiSettings)
    wanted = read_wanted(path, settings, os.environ.get(_PUBLIC_URL, ""))
    async with connected(settings) as api:
        surveys = []
        with bar("asking Twilio") as progress:
            for done, account in enumerate(wanted.accounts):
                progress(done, len(wanted.accounts))
                surveys.append(await survey(api.client(account.sid), wanted, account))
        yield Surveyed(api, wanted, surveys)
