"""Tells receivers that can take it that somebody looks after an incident."""

from processors.notifier.channels.base import Channel
from processors.notifier.entries import Incident, Letter, Thread


def acknowledging(
    incident: Incident, thread: Thread, channel: Channel | None, at_ms: int
) -> Letter | None:
    """Give the letter that says so; None where it is needless, or has to wait for another.

    Once for each acknowledgement, and only to who knows of the incident.
    """
    told = incident.acknowledgement
    if not told or told == thread.acknowledgement or incident.is_over:
        return None
    is_idle = thread.waiting is None and thread.sending is None
    if not is_idle or thread.knows == "nothing":
        return None
    if channel is None or not channel.takes_acknowledgements:
        return None
    return Letter(number=told, transition="acknowledged", key=incident.id, at=at_ms)
