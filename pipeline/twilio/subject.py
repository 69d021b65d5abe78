"""Which message, verification or call an event is about: the key that keeps its events together."""

from collections.abc import Mapping
from typing import Any, Final

from pipeline.twilio.envelope import Envelope

#: In order of precedence; each product spells its own (facts differ per schema).
SUBJECT_FIELDS: Final = (
    "messageSid",
    "verification_sid",
    "call_sid",
    "callSid",
    "MessageSid",
    "message_sid",
    "correlation_sid",
    "sid",
    "test_id",
)
_RESOURCES: Final = frozenset({"SM", "MM", "CA", "VE", "VL", "IM"})


def subject_sid(envelope: Envelope) -> str:
    """The subject's SID, or the event's own id where the event names none.

    ``correlation_sid`` and ``sid`` count only when they name a message, call or verification:
    in error logs they may be the SID of a log entry or of a request.
    """
    data = envelope.data
    for field in SUBJECT_FIELDS:
        value = data.get(field)
        if isinstance(value, str) and value and _names_a_subject(field, value):
            return value
    return _call_parameter(data) or envelope.id


def _names_a_subject(field: str, value: str) -> bool:
    return field not in {"correlation_sid", "sid"} or value[:2] in _RESOURCES


def _call_parameter(data: Mapping[str, Any]) -> str:
    """Voice webhook events carry the call's SID among the form fields Twilio posted."""
    request = data.get("request")
    parameters = request.get("parameters") if isinstance(request, dict) else None
    value = parameters.get("CallSid") if isinstance(parameters, dict) else None
    return value if isinstance(value, str) else ""
