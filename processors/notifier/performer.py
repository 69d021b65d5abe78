"""Sends messages: one deed is one attempt on one channel."""

from collections.abc import Callable
from typing import Final

import structlog

from processors.notifier.config import Config
from processors.notifier.message import Answer, Message
from processors.notifier.outbox import Sending
from processors.runtime.deeds import Deed

_log: Final = structlog.stdlib.get_logger(__name__)


class Sender:
    """Finds the channel in the present configuration and has it send."""

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config

    async def perform(self, deed: Deed) -> Answer:
        """Attempt it once."""
        what: Sending = deed.what
        return await send(self._config(), what.channel, what.message)


async def send(config: Config, name: str, message: Message) -> Answer:
    """Send over a channel by name; what isn't sent is logged, without its content."""
    channel = config.channel(name)
    if channel is None:
        return Answer(end="refused", reason="no such channel")
    answer = await channel.send(message)
    if answer.end != "sent":
        _log.warning("not sent", message=message.id, end=answer.end, reason=answer.reason)
    return answer
