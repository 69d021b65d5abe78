"""What is wanted of Twilio, as a file declares it."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

#: What sinks and subscriptions are called unless the file says otherwise.
DESCRIPTION: Final = "twilio-event-pipeline"

_Sid = Annotated[
    str, Meta(pattern="^AC[0-9a-f]{32}$", description="an account's SID: AC and 32 hex digits")
]
_Service = Annotated[
    str,
    Meta(
        pattern=r"^(VA[0-9a-f]{32}|\*)$",
        description="a Verify service's SID (VA and 32 hex digits), or * for all",
    ),
]


class WantedAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account or subaccount; each needs a sink and a subscription of its own."""

    sid: _Sid
    verify_services: tuple[_Service, ...] = ()


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file: where events go, which, of whom.

    ``types`` and ``except_types`` are names, or patterns with ``*`` over the types this version
    knows and Twilio offers. ``schema_versions`` pins versions, by name or pattern.
    """

    destination: str = ""
    description: Annotated[str, Meta(min_length=1, max_length=64)] = DESCRIPTION
    batch_events: bool = True
    types: tuple[str, ...] = ("*",)
    except_types: tuple[str, ...] = ()
    schema_versions: dict[str, Annotated[int, Meta(ge=1)]] = {}
    accounts: tuple[WantedAccount, ...] = ()
