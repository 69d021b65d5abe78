"""What became of one message to one channel, on ``twilio.alerts.deliveries``."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

DeliveryState = Literal["pending", "sent", "failed", "suppressed"]


class AlertDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a message after an attempt; told again with each change, the latest counts.

    A message that was sent by a worker killed before it could say so is sent again, with the
    same ``dedup_key``, by which the receiver folds the two.
    """

    id: Annotated[str, Meta(description="Incident, transition and channel.", max_length=512)]
    alert_id: Annotated[str, Meta(description="Of the incident or notice.")]
    channel: Annotated[str, Meta(description="Name of the channel in the configuration.")]
    transition: Annotated[
        str, Meta(description="firing, updated, resolved, acknowledged or notice.")
    ]
    state: DeliveryState
    attempts: Annotated[int, Meta(ge=0)]
    at: Annotated[int, Meta(description="Epoch milliseconds of this state.")]
    next_at: Annotated[int, Meta(description="Epoch milliseconds of the next try; 0 is none.")]
    reason: Annotated[
        str, Meta(description="Why not sent: the answer's status, a silence, quiet hours.")
    ]
    dedup_key: str
