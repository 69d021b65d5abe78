"""From settings to a performer, and the connections it holds."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import aiohttp

from pipeline.errors import ConfigurationError
from pipeline.settings import FallbackSettings, TwilioApiSettings
from pipeline.twilio.api import connected
from processors.fallback.performing.contacts import (
    Contacts,
    ContactService,
    NoContacts,
    read_table,
)
from processors.fallback.performing.mail import Mail, SendGridMail, SmtpMail
from processors.fallback.performing.performer import Performer
from processors.fallback.performing.promptness import Promptness
from processors.fallback.performing.rates import Rates
from processors.fallback.performing.signed import SignedCalls
from processors.fallback.policy import Via
from processors.runtime.lease import boot_clock

_SHORTEST_SECRET: Final = 16
_TIMEOUT_S: Final = 4.0


@asynccontextmanager
async def performer(
    settings: FallbackSettings,
    twilio: TwilioApiSettings,
    clock: Callable[[], float] = boot_clock,
) -> AsyncIterator[Performer]:
    """Build a performer for the block; ConfigurationError when something set can't be used."""
    promptness = Promptness(clock)
    async with AsyncExitStack() as exits:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        session = await exits.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        yield Performer(
            await exits.enter_async_context(connected(twilio, [promptness.trace()])),
            Rates(settings.checks_per_minute, time.monotonic),
            await _contacts(settings, session),
            _signed(settings, session, settings.backend_url),
            _mail(settings, session),
            lambda: int(time.time() * 1000),
            promptness,
        )


async def _contacts(settings: FallbackSettings, session: aiohttp.ClientSession) -> Contacts:
    if settings.contacts_file:
        return await read_table(settings.contacts_file)
    calls = _signed(settings, session, settings.contacts_url)
    return ContactService(calls) if calls else NoContacts()


def _signed(
    settings: FallbackSettings, session: aiohttp.ClientSession, url: str
) -> SignedCalls | None:
    if not url:
        return None
    secret = settings.secret.get_secret_value()
    if len(secret) < _SHORTEST_SECRET:
        raise ConfigurationError(
            "set TWILIO_PIPELINE_FALLBACK_SECRET: your services are called with a signature; "
            f"at least {_SHORTEST_SECRET} characters"
        )
    return SignedCalls(session, url, secret.encode(), time.time)


def _mail(settings: FallbackSettings, session: aiohttp.ClientSession) -> dict[Via, Mail]:
    found: dict[Via, Mail] = {}
    if settings.smtp_host:
        password = settings.smtp_password.get_secret_value()
        login = (settings.smtp_username, password) if settings.smtp_username else None
        found["smtp"] = SmtpMail(settings.smtp_host, settings.smtp_port, settings.sender, login)
    key = settings.sendgrid_key.get_secret_value()
    if key:
        found["sendgrid"] = SendGridMail(session, settings.sendgrid_url, key, settings.sender)
    return found
