"""Changes and notes as lines for people."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from operations.connect.difference import Change, Kind, Note, NoteKind

_CHANGES: Final[dict[Kind, str]] = {
    "no_sink": "make a sink that posts to {what}",
    "sink_description": "call sink {what} {wanted!r} instead of {found!r}",
    "sink_not_active": "bring sink {what} to life by a test event, it is {found}",
    "no_subscription": "subscribe to {what}",
    "type_missing": "subscribe to {what}, version {wanted}",
    "type_version": "take {what} in version {wanted} instead of {found}",
    "type_unwanted": "end the subscription to {what}",
    "verify_events_off": "have Verify service {what} tell its events",
}
_NOTES: Final[dict[NoteKind, str]] = {
    "new_type": "new, not known to this version: {}",
    "outgoing_type": "on its way out, still subscribed to: {}",
    "newer_schema": "newer schema version: {}",
    "other_sink": "another sink of this name posts elsewhere and goes on: {}",
    "verify_silent": "tells no events, for verify_services does not name it: {}",
}
_LISTED: Final = 12


def change_lines(changes: Iterable[Change]) -> Iterator[str]:
    """One line each; many of a kind are counted."""
    listed = list(changes)
    often = Counter((each.account_sid, each.kind) for each in listed)
    shown = Counter[tuple[str, Kind]]()
    for each in listed:
        key = (each.account_sid, each.kind)
        shown[key] += 1
        if shown[key] <= _LISTED:
            yield f"{each.account_sid}: {_said(each)}"
        elif shown[key] == often[key]:
            yield f"{each.account_sid}: and {often[key] - _LISTED} more like it"


def note_lines(notes: Iterable[Note]) -> Iterator[str]:
    """One line each."""
    for each in notes:
        yield f"{each.account_sid}: {_NOTES[each.kind].format(each.what)}"


def _said(change: Change) -> str:
    return _CHANGES[change.kind].format(what=change.what, found=change.found, wanted=change.wanted)
