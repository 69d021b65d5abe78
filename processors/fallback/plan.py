"""One plan: what came to grief, which step it is at, and in which phase of it."""

from enum import IntEnum
from typing import Final

import msgspec

from pipeline.items.outcome import Outcome

#: What is nowhere near: a phase that ends by an answer.
NEVER: Final = 1 << 62
#: A sid as Twilio writes it, two letters and 128 bits in hexadecimal.
_SID_LENGTH: Final = 34


class Phase(IntEnum):
    """Where a step stands. Behind ``DISPATCHED`` a call may be under way or lost."""

    WAITING = 0  # until it is due
    PREPARING = 1  # Twilio is asked, a contact looked up: nothing that could not be repeated
    DISPATCHED = 2  # told; the call goes out
    DOUBTFUL = 3  # nobody knows whether the call arrived: Twilio is asked after ``due_at``
    SENT = 4  # taken; what the user makes of it will be heard
    OVER = 5  # kept so that a repeated outcome opens nothing


class Plan(msgspec.Struct, array_like=True, gc=False):
    """The whole plan of a verification or a message; times are epoch milliseconds.

    ``base`` is when the verification was started or the message sent: its lifetime counts from
    there. ``playbook`` names the steps it began with, which a later change of the policy does not
    touch. ``due_at`` is when the phase ends by itself; ``overtaken`` is what has failed while the
    step's call was under way: the news that it failed may come before the news that it was sent.
    ``spent``: Verify sends no more codes. ``fraud`` forbids paid channels, ``opted_out`` those.
    ``arrived``: what was thought lost has been delivered, while a call was under way or behind it.
    """

    product: str
    account_sid: str
    service_sid: str
    subject_sid: str
    verification_sid: str
    cause: str
    error_code: int
    error_class: str
    channel: str
    country: str
    to: str
    user: str
    base: int
    heard_at: int
    playbook: str
    until: int
    due_at: int
    step: int = 0
    attempt: int = 0
    phase: Phase = Phase.WAITING
    dispatched_at: int = 0
    reference: str = ""
    sends: int = 0
    delays: int = 0
    overtaken: str = ""
    spent: bool = False
    fraud: bool = False
    opted_out: tuple[str, ...] = ()
    arrived: bool = False

    @property
    def sid(self) -> str:
        """Whom the plan is about: the verification, or the message."""
        return self.verification_sid or self.subject_sid

    @property
    def id(self) -> str:
        """Name of the plan."""
        return f"{self.product}:{self.sid}"

    def bar(self, error_class: str, channel: str) -> None:
        """Remember what an error on a channel forbids for the rest of the plan."""
        self.fraud |= error_class == "fraud"
        if error_class == "opt_out" and channel not in self.opted_out:
            self.opted_out += (channel,)


def plan_of(outcome: Outcome, playbook: str, lifetime_ms: int, user: str) -> Plan:
    """Begin a plan for a failed or silent message."""
    base = outcome.verification_started_at or outcome.sent_at or outcome.decided_at
    plan = Plan(
        product=outcome.product,
        account_sid=outcome.account_sid,
        service_sid=outcome.service_sid,
        subject_sid=outcome.subject_sid,
        verification_sid=outcome.verification_sid,
        cause=outcome.kind,
        error_code=outcome.error_code,
        error_class=outcome.error_class,
        channel=outcome.channel,
        country=outcome.country,
        to=outcome.to,
        user=user,
        base=base,
        heard_at=outcome.received_at,
        playbook=playbook,
        until=base + lifetime_ms,
        due_at=0,
    )
    plan.bar(outcome.error_class, outcome.channel)
    return plan


def key_of(sid: str) -> bytes:
    """A plan's key: 18 bytes instead of a string of 83, for there may be a million."""
    if len(sid) == _SID_LENGTH and sid[:2].isascii() and sid[:2].isalpha():
        try:
            raw = bytes.fromhex(sid[2:])
        except ValueError:
            raw = b""
        if raw.hex() == sid[2:]:
            return sid[:2].encode() + raw
    return b"\0" + sid.encode("utf-8", "replace")


def sid_of(key: bytes) -> str:
    """What ``key_of`` was told."""
    return key[1:].decode() if key.startswith(b"\0") else key[:2].decode() + key[2:].hex()
