"""What is told on ``twilio.alerts``: alerts that explain themselves, notices, and what people say.

Told by the detection: ``Alert`` and ``Notice``. Told by people through the command line or the
console: ``Acknowledgement`` and ``Silence``. One topic with one partition keeps them in order.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Kind = Literal["failures", "silence", "stopped", "rule"]
Severity = Literal["page", "ticket"]
State = Literal["firing", "updated", "resolved"]
Cause = Literal["carrier", "configuration", "filtering", "provider", "fraud", "recipients", "own"]


class TopCode(msgspec.Struct, frozen=True):
    """An error code with Twilio's name for it, and how often it came."""

    code: int
    name: str
    error_class: str
    messages: int


class Sibling(msgspec.Struct, frozen=True):
    """Another slice of the same kind, for comparison."""

    slice: str
    usual_rate: float
    rate: float


class Alert(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="alert"):
    """One transition of one incident; times are epoch seconds, rates are of failures.

    For ``silence`` the rates are of receipts that came, for ``stopped`` of messages sent, both
    relative to what was due.
    """

    id: Annotated[str, Meta(description="The same over all transitions of an incident.")]
    state: State
    kind: Kind
    severity: Severity
    at: int
    slice: dict[str, str]
    title: str
    reason: str
    started_at: Annotated[int, Meta(description="When the change began, by the test's estimate.")]
    fired_at: int
    resolved_at: Annotated[int, Meta(description="0 while it lasts.")]
    usual_rate: float
    rate: float
    rate_low: float
    rate_high: float
    messages: Annotated[int, Meta(description="What the rates rest on.")]
    affected: Annotated[int, Meta(description="Failures beyond the usual, or what is missing.")]
    codes: list[TopCode]
    likely: Cause
    suggestion: str
    sql: str
    children: list[str]
    siblings: list[Sibling]
    evidence: Annotated[float, Meta(description="Nats when it fired.")]
    threshold: float
    transition: Annotated[
        int,
        Meta(description="Numbers the transitions of an incident; repeats share it and the id."),
    ] = 0


class Notice(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="notice"):
    """Single events of a chosen kind; ``count`` of them came since the last notice.

    ``at`` is in epoch seconds, ``sql`` lists the messages concerned.
    """

    id: str
    rule: str
    severity: Severity
    at: int
    account_sid: str
    service_sid: str
    code: int
    name: str
    count: int
    sql: str


class Acknowledgement(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="acknowledgement"
):
    """Somebody has taken an incident on: no reminders until it changes."""

    id: Annotated[str, Meta(description="Of this act.", max_length=128)]
    alert_id: Annotated[str, Meta(description="Of the incident.", max_length=256)]
    at: Annotated[int, Meta(description="Epoch seconds.")]
    by: Annotated[str, Meta(description="Who, as they name themselves.", max_length=256)]
    comment: Annotated[str, Meta(max_length=1024)] = ""


class Silence(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="silence"):
    """Nothing is sent about what matches ``where`` between two moments; it is recorded as ever.

    ``until`` in the past ends it early; the same ``id`` replaces it.
    """

    id: Annotated[str, Meta(description="Of this silence.", max_length=128)]
    at: Annotated[int, Meta(description="Epoch seconds: when it was asked for.")]
    by: Annotated[str, Meta(max_length=256)]
    since: Annotated[int, Meta(description="Epoch seconds.")]
    until: Annotated[int, Meta(description="Epoch seconds.")]
    where: Annotated[
        dict[str, str],
        Meta(description="Dimensions an alert's slice must have; empty is everything."),
    ]
    comment: Annotated[str, Meta(max_length=1024)] = ""


#: Everything an element of the topic can be, told apart by ``type``.
AlertItem = Alert | Notice | Acknowledgement | Silence
