"""What goes out: alerts that explain themselves, and notices of single events."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from processors.alerts.incident import Kind, Severity, State

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


class Alert(msgspec.Struct, frozen=True, kw_only=True):
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


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Single events of a chosen kind; ``count`` more of them came since the last notice."""

    id: str
    rule: str
    severity: Severity
    at: int
    account_sid: str
    service_sid: str
    code: int
    name: str
    subject_sid: str
    count: int
