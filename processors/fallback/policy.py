"""What to do when a message comes to grief: policies, their steps and limits."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from pipeline.quiet_hours import QuietHours

Action = Literal["retry", "verify", "message", "email", "webhook"]
Via = Literal["verify", "smtp", "sendgrid"]
#: Classes of errors for which a policy may have steps, silence as one of them.
Trigger = Literal[
    "transient", "permanent", "opt_out", "filtered", "cap", "fraud", "other", "silent"
]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]

#: Channels of Verify that cost money for each attempt.
PAID: Final = frozenset({"sms", "call", "whatsapp", "rcs", "mms", "voice"})
#: Channels that events call otherwise than Verify does.
_VERIFY_NAMES: Final = {"voice": "call", "mms": "sms"}


def verify_name(channel: str) -> str:
    """What Verify calls a channel."""
    return _VERIFY_NAMES.get(channel, channel)


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step; ``channel`` is Verify's name (sms, whatsapp, call, email) or a message's.

    ``deadline_s`` counts from when the first message was sent; 0 is the code's lifetime.
    """

    do: Action
    channel: str = ""
    via: Via = "verify"
    after_s: Annotated[float, Meta(ge=0, le=3600)] = 0.0
    deadline_s: Annotated[int, Meta(ge=0, le=86_400)] = 0
    attempts: Annotated[int, Meta(ge=1, le=5)] = 1
    needs_consent: bool = False
    price: Annotated[float, Meta(ge=0)] = 0.0


class Budget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many steps may be dispatched within an hour; ``money`` in the steps' own currency."""

    per_number: Count = 3
    per_prefix: Count = 100
    per_service: Count = 2_000
    money: Annotated[float, Meta(ge=0)] | None = None


class Pause(QuietHours, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours in which nothing is dispatched; with ``actions`` these alone are not."""

    actions: tuple[Action, ...] = ()

    def holds(self, action: Action, now_ms: int) -> bool:
        """Whether an action must not be taken at an epoch ms."""
        return (not self.actions or action in self.actions) and self.reign(now_ms / 1000)


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which messages it is for, and the steps for each class of errors.

    Of several policies the first that matches is taken. ``switch_at_once``: while an alert fires
    for the message's country or carrier, steps on the channel that fails are passed over and the
    rest start without delay. ``user_tag`` names the tag that holds your reference to the user.
    """

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    product: Literal["verify", "messaging"]
    account_sids: tuple[str, ...] = ()
    service_sids: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    user_tag: str = "user"
    lifetime_s: Annotated[int, Meta(ge=30, le=86_400)] = 600
    when: dict[Trigger, tuple[Step, ...]]
    budget: Budget = Budget()
    quiet_hours: Pause | None = None
    switch_at_once: bool = False


class Policies(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file. ``dry_run``: everything is planned and shown, nothing is sent."""

    dry_run: bool = True
    policies: tuple[Policy, ...]
