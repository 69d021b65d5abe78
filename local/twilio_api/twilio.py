"""All that the stand-in knows: accounts and what they have, and what it did."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from local.twilio_api.accounts import Accounts
from local.twilio_api.faults import Faults
from local.twilio_api.journal import Journal
from local.twilio_api.messages import Message, Messages
from local.twilio_api.streams import Streams
from local.twilio_api.usage_routes import Usage
from local.twilio_api.verifications import Sending, Verification, Verifications

if TYPE_CHECKING:
    from collections.abc import Callable


def epoch_ms() -> int:
    """The time by the wall clock."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Twilio:
    """``on_sent`` hears of codes the API sent, so that whoever plays the users can go on.

    ``leads`` says where a public address that a sink was given leads here.
    """

    file: BinaryIO | None = None
    clock: Callable[[], int] = epoch_ms
    on_sent: Callable[[Verification, Sending], None] = lambda _own, _sending: None
    accounts: Accounts = field(default_factory=Accounts)
    faults: Faults = field(default_factory=Faults)
    leads: dict[str, str] = field(default_factory=dict)
    usage: list[Usage] = field(default_factory=list)
    journal: Journal = field(init=False)
    verifications: Verifications = field(init=False)
    messages: Messages = field(init=False)
    streams: Streams = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.clock, self.file)
        self.verifications = Verifications(self.clock, self._sent)
        self.messages = Messages(self.clock, self._made)
        self.streams = Streams(self.clock, self.journal.note)

    def _sent(self, own: Verification, sending: Sending) -> None:
        self.journal.note(
            "code_sent",
            account_sid=own.account_sid,
            service_sid=own.service_sid,
            verification_sid=own.sid,
            attempt_sid=sending.sid,
            channel=sending.channel,
            to=own.to,
        )
        self.on_sent(own, sending)

    def _made(self, message: Message) -> None:
        self.journal.note(
            "message_made",
            account_sid=message.account_sid,
            service_sid=message.service_sid,
            message_sid=message.sid,
            to=message.to,
            validity_s=message.validity_s,
        )
