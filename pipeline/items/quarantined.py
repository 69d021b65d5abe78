"""A request whose signature failed, on ``twilio.quarantine``: kept for a person to judge."""

from typing import Annotated

import msgspec
from msgspec import Meta


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """One unverified request; anybody may have sent it, so nothing in it is to be trusted."""

    problem: Annotated[
        str, Meta(description="no_signature, wrong_signature, no_body_hash or wrong_body_hash.")
    ]
    received_at: Annotated[int, Meta(description="Epoch milliseconds.")]
    ingress_id: Annotated[str, Meta(description="The ingress process that received it.")]
    target: Annotated[str, Meta(description="Path and query as received.")]
    headers: Annotated[
        list[tuple[str, str]],
        Meta(description="As received and in order, without credentials and cookies."),
    ]
    body: Annotated[bytes, Meta(description="The bytes as received (base64 in JSON).")]
