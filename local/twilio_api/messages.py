"""Messages: made, listed newest first. What they say is not kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from local.twilio_api.problem import Problem, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIXES: Final = ("whatsapp:", "rcs:")


@dataclass(slots=True)
class Message:
    """One message; ``price`` as Twilio writes it, None until known.

    Times in epoch ms; it is sent when it is created, and updated last when it is sent, unless
    something else is said.
    """

    sid: str
    account_sid: str
    service_sid: str
    to: str
    created: int
    status: str = "accepted"
    error_code: int | None = None
    price: str | None = None
    validity_s: int = 36_000
    sender: str = ""
    direction: str = "outbound-api"
    segments: int = 1
    sent: int | None = None
    updated: int | None = None


@dataclass(slots=True)
class Messages:
    """All messages; ``clock`` gives epoch ms, ``on_made`` hears of what the API made."""

    clock: Callable[[], int]
    on_made: Callable[[Message], None]
    by_sid: dict[str, Message] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Let one be known that was made elsewhere, or what became of one."""
        self.by_sid[message.sid] = message

    def make(self, account_sid: str, form: dict[str, str]) -> Message:
        """Make one; a Problem says what the form lacks."""
        _check(form)
        made = Message(
            sid="SM" + secrets.token_hex(16),
            account_sid=account_sid,
            service_sid=form.get("MessagingServiceSid", ""),
            to=form["To"],
            created=self.clock(),
            validity_s=_validity(form.get("ValidityPeriod")),
        )
        self.add(made)
        self.on_made(made)
        return made

    def find(self, account_sid: str, sid: str) -> Message:
        """Find an account's message."""
        found = self.by_sid.get(sid)
        if found is None or found.account_sid != account_sid:
            raise not_found(f"/Accounts/{account_sid}/Messages/{sid}.json")
        return found

    def listed(self, account_sid: str, to: str, after: int, before: int) -> list[Message]:
        """An account's messages within a time, newest first; an empty ``to`` is everybody."""
        found = (
            message
            for message in self.by_sid.values()
            if message.account_sid == account_sid
            and (not to or message.to == to)
            and after <= message.created <= before
        )
        return sorted(found, key=lambda message: (message.created, message.sid), reverse=True)


def _check(form: dict[str, str]) -> None:
    to = form.get("To", "")
    for prefix in _PREFIXES:
        to = to.removeprefix(prefix)
    if not to:
        raise Problem(400, 21604, "A 'To' phone number is required")
    if not (to.startswith("+") and to[1:].isdigit()):
        raise Problem(400, 21211, "Invalid 'To' Phone Number")
    if not (form.get("MessagingServiceSid") or form.get("From")):
        raise Problem(400, 21603, "A 'From' phone number is required")
    if not (form.get("Body") or form.get("ContentSid")):
        raise Problem(400, 21602, "Message body is required")


def _validity(text: str | None) -> int:
    if text is None:
        return 36_000
    if not (text.isdigit() and 1 <= int(text) <= 36_000):  # noqa: PLR2004  the reference's range
        raise Problem(400, 20001, "Invalid parameter: ValidityPeriod")
    return int(text)
