"""Whether fallbacks are sent at all, on ``twilio.fallback.control``."""

from typing import Annotated

import msgspec
from msgspec import Meta


class FallbackControl(msgspec.Struct, frozen=True, kw_only=True):
    """The last one told counts: ``stopped`` plans nothing and lets no plan go on."""

    id: Annotated[str, Meta(description="Of this act.", max_length=128)]
    stopped: bool
    at: Annotated[int, Meta(description="Epoch milliseconds.")]
    by: Annotated[str, Meta(description="Who, as they name themselves.", max_length=256)]
    reason: Annotated[str, Meta(max_length=1024)] = ""
