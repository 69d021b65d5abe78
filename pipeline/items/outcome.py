"""A message, verification attempt or call that came to grief, on ``twilio.outcomes``.

Records are partitioned by the verification where there is one, else by the subject: all that
concerns one plan to do something about it is in one partition, in order.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Kind = Literal["failed", "undelivered", "silent", "recovered", "ended"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Told once per subject and kind; ``recovered`` takes an earlier one back: it was delivered.

    ``ended`` says that a verification has ended of which any other outcome was told, and comes
    behind that; its fields are the verification's, and it is told once per
    ``verification_status``.

    The topic is as protected as the raw ones: ``to`` is a person's number.
    """

    id: Annotated[str, Meta(description="The same however often it is written.", max_length=128)]
    kind: Annotated[Kind, Meta(description="silent: no receipt within the channel's deadline.")]
    product: Annotated[str, Meta(description="messaging, verify or voice.")]
    subject_sid: Annotated[
        str,
        Meta(
            description="Message, verification attempt or call; of `ended` the verification.",
            max_length=64,
        ),
    ]
    account_sid: Annotated[str, Meta(max_length=64)]
    service_sid: Annotated[str, Meta(description="Messaging or Verify service.", max_length=64)]
    verification_sid: Annotated[str, Meta(description="Empty outside Verify.", max_length=64)]
    verification_status: Annotated[
        str,
        Meta(
            description="What the verification had come to by then: pending, approved, canceled, "
            "expired, max_attempts_reached; empty where not known."
        ),
    ]
    verification_started_at: Annotated[
        int, Meta(description="Epoch milliseconds; 0 outside Verify, or where not known.")
    ]
    channel: Annotated[str, Meta(description="Of `ended` the channel of the first attempt.")]
    country: str
    error_code: Annotated[int, Meta(description="Twilio's; 0 is none.", ge=0)]
    error_class: str
    to: Annotated[
        str,
        Meta(description="Recipient, without a channel prefix; empty in `ended`.", max_length=128),
    ]
    sent_at: Annotated[int, Meta(description="Epoch milliseconds; 0 where not known.")]
    decided_at: Annotated[
        int,
        Meta(description="Epoch milliseconds: the event's time, or the deadline that passed."),
    ]
    received_at: Annotated[
        int,
        Meta(
            description="Epoch milliseconds: when the ingress received the event that decided "
            "it; for what the clock decided, the time up to which no event had come."
        ),
    ]
    has_fallback: Annotated[
        bool, Meta(description="Twilio itself goes on with another channel: leave it to it.")
    ]
    tags: Annotated[
        dict[str, str], Meta(description="As set when it was sent; at most 1 KiB of them.")
    ]
    source_topic: str
    source_partition: int
    source_offset: Annotated[
        int, Meta(description="Offset of the last source record folded when it was told.")
    ]
