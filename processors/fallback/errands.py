"""What a plan asks of the world, and what it may hear in return."""

from typing import Literal

import msgspec

from processors.fallback.policy import Step

ErrandKind = Literal["prepare", "send", "find_out"]
Answer = Literal[
    "go",  # prepared: nothing speaks against it
    "over",  # the verification has ended, or the message has arrived
    "no_contact",  # the address the step needs is not known, or not verified
    "no_consent",
    "sent",
    "not_sent",  # it certainly did not go out
    "later",  # too many at once: after ``retry_after_ms``
    "refused",  # it will never be taken
    "fraud",  # Twilio blocks the number or its prefix as abused
    "opted_out",  # the user wants nothing on this channel
    "spent",  # Verify has sent the code five times
    "gone",  # the verification is not there any more
    "config",  # somebody has to change a setting first
    "unknown",  # nobody can tell
]
#: In a reply's ``reason``: there is no one to ask what became of a call.
NOBODY_TO_ASK = "nobody_to_ask"


class Errand(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing to do for one step. ``id`` is plan, step and attempt: stable over repetitions.

    ``prepare`` asks and looks up, and can be repeated; ``send`` is what the user will notice;
    ``find_out`` asks whether a ``send`` of the same id has happened. ``to`` is a person's number,
    ``user`` the customer's own reference to the person, from a tag.
    Times are epoch milliseconds.
    """

    id: str
    key: bytes
    kind: ErrandKind
    step: Step
    product: str
    account_sid: str
    service_sid: str
    subject_sid: str
    verification_sid: str
    channel: str
    country: str
    to: str
    user: str
    until: int
    dispatched_at: int


class Reply(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What came of an errand; ``status``: what the verification or message has come to, if asked.

    ``reason`` is a word of a fixed vocabulary or an error code, never what somebody wrote.
    """

    answer: Answer
    reason: str = ""
    status: str = ""
    reference: str = ""
    retry_after_ms: int = 0
