"""The likely class of an incident's cause, and what to do about it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.items.alert import Cause, Kind, TopCode

#: From this part of the coded failures on, a class of errors is the cause.
_MAIN: Final = 0.4
_BY_CLASS: Final[dict[str, Cause]] = {
    "fraud": "fraud",
    "config": "configuration",
    "cap": "configuration",
    "filtered": "filtering",
    "opt_out": "recipients",
    "permanent": "recipients",
}
SUGGESTIONS: Final[dict[Cause, str]] = {
    "carrier": "One network or country is affected: check Twilio's status page for it, and move "
    "urgent messages to another channel meanwhile.",
    "configuration": "Fix the sender, registration, permission or limit that the top error code "
    "names; retrying won't help before.",
    "filtering": "Messages are refused for content or sender: compare what was sent before and "
    "after the start, and register or change the sender.",
    "provider": "No single network stands out: check Twilio's status page and open a ticket with "
    "some of the message SIDs.",
    "fraud": "Traffic looks pumped: don't retry, limit the country or prefix, and review what "
    "triggers these messages.",
    "recipients": "The numbers themselves are refused: look at where the list or the sign-ups "
    "since the start come from.",
    "own": "Nothing is sent where something usually is: check the application that sends.",
}


def likely_cause(kind: Kind, fixed: dict[str, str], codes: Sequence[TopCode]) -> Cause:
    """Judge by what failed and where; error codes first, then the slice's dimensions."""
    if kind == "stopped":
        return "own"
    by_class = Counter[str]()
    for each in codes:
        by_class[each.error_class] += each.messages
    for error_class, messages in by_class.most_common(1):
        if error_class in _BY_CLASS and messages >= _MAIN * by_class.total():
            return _BY_CLASS[error_class]
    if fixed.get("country") or fixed.get("carrier"):
        return "carrier"
    return "configuration" if fixed.get("service_sid") and kind == "failures" else "provider"
