"""What a fallback plan came to, step by step, on ``twilio.fallback``."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

FallbackState = Literal[
    "planned",  # a step has a time at which it is due
    "dispatched",  # told before the call goes out
    "sent",  # Twilio, the mail server or the backend has taken it
    "failed",  # it was not taken; the next step follows
    "unknown",  # nobody can tell whether it went out; it is not repeated
    "skipped",  # a step, or the whole plan, does not apply: why
    "succeeded",  # the user got through after a step was sent
    "ended",  # nothing more follows
]


class FallbackStep(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One transition of one plan; ``id`` is the same however often it is written.

    A plan belongs to one verification, or to one message outside Verify. Nothing here names a
    person.
    """

    id: Annotated[str, Meta(description="Plan, step, attempt and state.", max_length=256)]
    plan_id: Annotated[str, Meta(description="Product and verification or message.")]
    state: FallbackState
    step: Annotated[int, Meta(description="Position in the policy, from 0; -1 is the plan.")]
    attempt: Annotated[int, Meta(description="From 1; 0 before the first.", ge=0)]
    action: Annotated[
        str, Meta(description="retry, verify, message, email or webhook; empty for the plan.")
    ]
    channel: Annotated[str, Meta(description="The step's channel.")]
    reason: Annotated[str, Meta(description="Why, in a fixed vocabulary of words.")]
    policy: Annotated[str, Meta(description="Name of the policy; empty where none applies.")]
    dry_run: Annotated[bool, Meta(description="Shown only: nothing is sent.")]
    product: str
    account_sid: str
    service_sid: str
    subject_sid: Annotated[str, Meta(description="What came to grief first.")]
    verification_sid: str
    cause: Annotated[str, Meta(description="failed, undelivered or silent.")]
    error_code: int
    error_class: str
    first_channel: Annotated[str, Meta(description="Channel that failed.")]
    country: str
    at: Annotated[int, Meta(description="Epoch milliseconds of the transition.")]
    due_at: Annotated[int, Meta(description="Epoch milliseconds: planned for; 0 is none.")]
    heard_at: Annotated[
        int, Meta(description="Epoch milliseconds: when the ingress had the news of the failure.")
    ]
    reference: Annotated[
        str, Meta(description="SID or id of what was created; empty where there is none.")
    ]
    price: Annotated[float, Meta(description="What the step is expected to cost.", ge=0)]
