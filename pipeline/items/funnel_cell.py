"""One cell of the Verify funnel, on ``twilio.verify.funnel``."""

from typing import Annotated

import msgspec
from msgspec import Meta

from pipeline.items.window_cell import Count


class FunnelCell(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The full present value of a cell: a later ``version`` replaces it, nothing is a delta.

    Each verification is in exactly one cell, by when it was started and by the channel of its
    first attempt, so ``started`` is the sum of the five states. Readers sum the cells of all
    source partitions.
    """

    window_start: Annotated[int, Meta(description="Epoch seconds, inclusive.")]
    window_seconds: Annotated[int, Meta(description="Length of the window.")]
    account_sid: str
    service_sid: str
    country: str
    channel: Annotated[str, Meta(description="Channel of the verification's first attempt.")]
    source_topic: str
    source_partition: int
    version: Annotated[int, Meta(description="Offset of the last source record counted in.")]
    started: Count
    pending: Count
    approved: Count
    canceled: Count
    expired: Annotated[
        int, Meta(ge=0, description="Told by Twilio, or its lifetime passed without an end.")
    ]
    max_attempts: Count
    delivered: Annotated[
        int, Meta(ge=0, description="Verifications with at least one delivered attempt.")
    ]
    attempts: Annotated[int, Meta(ge=0, description="Codes sent, over all verifications.")]
    repeated: Annotated[int, Meta(ge=0, description="Verifications with more than one attempt.")]
    approve_buckets: Annotated[
        list[int],
        Meta(description="Logarithmic buckets of milliseconds from start to approval, ascending."),
    ]
    approve_counts: Annotated[list[int], Meta(description="Verifications in each bucket.")]
