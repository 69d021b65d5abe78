"""A line in the notifier's own log: what is used where nothing else is configured."""

from typing import Final

import structlog

from processors.notifier.channels.base import Settings
from processors.notifier.message import SENT, Answer, Message
from processors.notifier.text import facts, headline

_log: Final = structlog.stdlib.get_logger(__name__)


class Log(Settings, tag="log", tag_field="type", frozen=True, kw_only=True):
    """Structured, so that a log collector can pick it up by ``alert``."""

    name: str = "log"

    async def send(self, message: Message) -> Answer:
        """Write the line; it can't fail."""
        _log.warning(
            headline(message),
            alert=message.about.id,
            transition=message.transition,
            key=message.key,
            facts=dict(facts(message)),
            sql=message.about.sql,
        )
        return SENT


DEFAULT: Final = Log()
