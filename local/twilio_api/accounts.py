"""Who may call, and which services are theirs."""

from base64 import b64decode
from dataclasses import dataclass, field

from local.twilio_api.problem import Problem


@dataclass(slots=True)
class Account:
    """An account with its token, with further keys by their SIDs, and with its subaccounts."""

    sid: str
    token: str
    keys: dict[str, str] = field(default_factory=dict)
    verify_services: set[str] = field(default_factory=set)
    disabled_channels: set[str] = field(default_factory=set)
    services_with_events: set[str] = field(default_factory=set)
    subaccounts: set[str] = field(default_factory=set)
    status: str = "active"

    def may_see(self, sid: str) -> bool:
        """Whether its credentials open what the API of 2010 keeps of an account."""
        return sid == self.sid or sid in self.subaccounts


@dataclass(slots=True)
class Accounts:
    """All accounts by SID."""

    by_sid: dict[str, Account] = field(default_factory=dict)

    def add(self, account: Account) -> None:
        """Add an account, or replace it."""
        self.by_sid[account.sid] = account

    def signed_in(self, header: str | None) -> Account:
        """The account that a request's Authorization names; a Problem where it names none."""
        name, password = _credentials(header or "")
        for account in self.by_sid.values():
            secret = account.token if name == account.sid else account.keys.get(name)
            if secret and secret == password:
                return account
        raise Problem(401, 20003, "Authenticate")


def _credentials(header: str) -> tuple[str, str]:
    """Name and password of HTTP Basic; empty where there are none."""
    try:
        name, _, password = b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except ValueError:
        return "", ""
    return name, password
