"""What could not be used, on ``twilio.dead-letters``: the original, where from, and why."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Reason = Literal["not_an_event", "not_an_array", "not_storable", "fold_failed"]


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One unusable record or element.

    A letter from the ingress has an empty ``kafka_topic``; a whole record has ``kafka_index`` -1.
    """

    reason: Reason
    detail: Annotated[str, Meta(description="One line for people, without personal data.")]
    source: Annotated[str, Meta(description="The part that gave up: ingest, lifecycle, sink.")]
    kafka_topic: str = ""
    kafka_partition: int = -1
    kafka_offset: int = -1
    kafka_index: int = -1
    received_at: Annotated[int, Meta(description="Epoch milliseconds.")]
    original: Annotated[bytes, Meta(description="The bytes as received (base64 in JSON).")]
