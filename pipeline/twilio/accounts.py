"""Which accounts a job is about."""

from collections.abc import Sequence

from pipeline.errors import ConfigurationError
from pipeline.settings import TwilioApiSettings
from pipeline.twilio.api import TwilioApi
from pipeline.twilio.calling import Caller


async def accounts_of(
    api: TwilioApi, settings: TwilioApiSettings, named: Sequence[str] = ()
) -> list[str]:
    """The named accounts, else all: the main one, its active subaccounts, those with credentials.

    ConfigurationError when there is none, or when the credentials may not list subaccounts.
    """
    if named:
        return list(dict.fromkeys(named))
    own = settings.account_sid
    found = await _listed(api, own) if own else []
    accounts = list(dict.fromkeys([*found, *settings.accounts]))
    if not accounts:
        raise ConfigurationError(
            "say whose: set TWILIO_PIPELINE_TWILIO_ACCOUNT_SID, or name accounts with --account"
        )
    return accounts


async def _listed(api: TwilioApi, account_sid: str) -> list[str]:
    accounts = api.client(account_sid).api.v2010.accounts
    try:
        found = await Caller(account_sid).read(lambda: accounts.list_async(status="active"))
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{error}; where it may not list subaccounts, name them with --account"
        ) from error
    return [each.sid for each in found]
