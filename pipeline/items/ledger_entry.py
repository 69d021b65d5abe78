"""What one ingress process has counted since it started, on ``twilio.ledger``."""

from typing import Annotated

import msgspec
from msgspec import Meta


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Full totals, never a difference: of each process the latest entry counts."""

    ingress_id: Annotated[str, Meta(description="One process, as in the raw records' headers.")]
    started_at: Annotated[int, Meta(description="Epoch milliseconds.")]
    told_at: Annotated[int, Meta(description="Epoch milliseconds.")]
    final: Annotated[bool, Meta(description="Told at the stop; without it the process died.")]
    received: Annotated[int, Meta(description="Requests answered, whatever the answer.")]
    refused: Annotated[int, Meta(description="Requests answered 4xx.")]
    turned_away: Annotated[int, Meta(description="Requests answered 5xx, to come again.")]
    quarantined: Annotated[int, Meta(description="Unverified requests kept.")]
    accepted: Annotated[int, Meta(description="Events answered 200.")]
    dead_lettered: Annotated[int, Meta(description="Elements that can't be events.")]
    spooled: Annotated[int, Meta(description="Records made safe in the spool.")]
    drained: Annotated[int, Meta(description="Records of the spool that Kafka has.")]
    in_spool: Annotated[int, Meta(description="Records in the spool now.")]
    lost: Annotated[int, Meta(description="Records a damaged spool no longer holds.")]
    produced: Annotated[
        dict[str, int], Meta(description="Events acknowledged by Kafka, by raw topic.")
    ]
    sent: Annotated[
        dict[str, int],
        Meta(
            description="Events given to the producer, by raw topic: of those that are not "
            "acknowledged Kafka may have any."
        ),
    ] = {}
