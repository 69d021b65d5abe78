"""What is to be sent to one channel about one incident or notice."""

from typing import Literal

import msgspec

from pipeline.items.alert import Alert, Notice

#: ``test`` is asked for by hand; it is about no incident.
Transition = Literal["firing", "updated", "resolved", "acknowledged", "notice", "test"]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message; channels put it into their own form.

    ``key`` is by what the receiver folds repeats and follows an incident from firing to resolved.
    ``id`` is that of the delivery: the same however often it is tried. ``reference`` is what the
    channel gave when it took the incident's first message (a Slack thread), empty before.
    """

    id: str
    key: str
    transition: Transition
    about: Alert | Notice
    sent_at: int  # epoch seconds
    reference: str = ""

    @property
    def is_resolved(self) -> bool:
        """Whether it says that the incident is over."""
        return self.transition == "resolved"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt to send.

    ``later`` may be tried again, ``refused`` will be refused again. ``may_have_arrived`` is about
    what was not confirmed: a time-out is, a refused connection is not. ``reason`` is from a fixed
    vocabulary: never a text of the other side, which may quote what we sent.
    """

    end: Literal["sent", "later", "refused"]
    reason: str = ""
    retry_after_s: float = 0.0
    may_have_arrived: bool = False
    reference: str = ""


SENT = Answer(end="sent")
