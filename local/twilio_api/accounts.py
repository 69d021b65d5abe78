"""Who may call, and which services are theirs."""

from dataclasses import dataclass, field

from aiohttp import BasicAuth

from local.twilio_api.problem import Problem


@dataclass(slots=True)
class Account:
    """An account with its token, and with further keys by their SIDs."""

    sid: str
    token: str
    keys: dict[str, str] = field(default_factory=dict)
    verify_services: set[str] = field(default_factory=set)
    disabled_channels: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Accounts:
    """All accounts by SID."""

    by_sid: dict[str, Account] = field(default_factory=dict)

    def add(self, account: Account) -> None:
        """Add an account, or replace it."""
        self.by_sid[account.sid] = account

    def signed_in(self, header: str | None) -> Account:
        """The account that a request's Authorization names; a Problem where it names none."""
        try:
            who = BasicAuth.decode(header or "")
        except ValueError:
            raise _unknown() from None
        for account in self.by_sid.values():
            secret = account.token if who.login == account.sid else account.keys.get(who.login)
            if secret is not None and secret == who.password:
                return account
        raise _unknown()


def _unknown() -> Problem:
    return Problem(401, 20003, "Authenticate")
