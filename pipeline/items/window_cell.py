"""One cell of the delivery windows, on ``twilio.delivery.windows``."""

from typing import Annotated

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=0)]


class WindowCell(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The full present value of a cell: a later ``version`` replaces it, nothing is a delta.

    Each message is in exactly one cell, so ``sent`` is the sum of the five outcomes. Readers
    sum the cells of all source partitions.
    """

    window_start: Annotated[int, Meta(description="Epoch seconds, inclusive.")]
    window_seconds: Annotated[int, Meta(description="Length of the window.")]
    account_sid: str
    product: Annotated[str, Meta(description="messaging, verify (attempts) or voice (calls).")]
    channel: str
    service_sid: str
    country: str
    carrier: Annotated[str, Meta(description="MCC and MNC of the recipient's network, or empty.")]
    sender_type: Annotated[str, Meta(description="long_code, short_code, toll_free and so on.")]
    error_class: str
    source_topic: str
    source_partition: int
    version: Annotated[int, Meta(description="Offset of the last source record counted in.")]
    sent: Count
    delivered: Count
    undelivered: Count
    failed: Count
    canceled: Count
    unknown: Count
    read: Annotated[int, Meta(ge=0, description="Of the delivered ones, how many were read.")]
    latency_buckets: Annotated[
        list[int], Meta(description="Logarithmic buckets of sent-to-delivered time, ascending.")
    ]
    latency_counts: Annotated[list[int], Meta(description="Messages in each bucket.")]
    codes: Annotated[
        dict[int, int],
        Meta(description="Messages of this cell by Twilio error code; codes beyond 8 are 0."),
    ] = {}
