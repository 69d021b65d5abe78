"""Slack: over an incoming webhook, or as an app that keeps one thread an incident.

A webhook's messages stand alone. With a bot token (``chat:write``) the first message of an incident
begins a thread; what follows is said in it, and the first message is changed to say how things
stand. Slack folds no repeats: the id in the last line shows one.
"""

from typing import Any, Final

from typing_extensions import override

from pipeline.errors import ConfigurationError
from processors.notifier.channels.base import Settings
from processors.notifier.channels.http import Reply, post
from processors.notifier.message import Answer, Message
from processors.notifier.text import facts, headline, shortened

_MOST_TEXT: Final = 2900
_MOST_FIELD: Final = 500
#: Errors of the API that pass.
_PASSING: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"}
)


class Slack(Settings, tag="slack", tag_field="type", frozen=True, kw_only=True):
    """``webhook_url``, or ``token`` with ``channel`` (its id)."""

    webhook_url_env: str = ""
    webhook_url_file: str = ""
    token_env: str = ""
    token_file: str = ""
    channel: str = ""
    api_url: str = "https://slack.com"

    @override
    def check(self) -> None:
        """Look whether the one or the other is there."""
        if not self._is_app:
            self.secret("webhook_url")
            return
        self.secret("token")
        if not self.channel:
            raise ConfigurationError(f"channel {self.name!r}: set channel, the id to post to")

    async def send(self, message: Message) -> Answer:
        """Post; as an app answer in the incident's thread where there is one."""
        content = {"text": _escaped(headline(message)), "blocks": _blocks(message)}
        if not self._is_app:
            return (
                await post(self.secret("webhook_url"), content, timeout_s=self.timeout_s)
            ).answer
        thread = message.reference
        if not thread:
            return await self._call("chat.postMessage", {"channel": self.channel, **content})
        channel, _, root = thread.partition(":")
        changed = await self._call("chat.update", {"channel": channel, "ts": root, **content})
        if changed.end == "later":
            return changed
        said = {"channel": channel, "thread_ts": root, **content}
        answer = await self._call("chat.postMessage", said)
        return Answer(
            end=answer.end,
            reason=answer.reason,
            retry_after_s=answer.retry_after_s,
            may_have_arrived=answer.may_have_arrived,
            reference=thread,
        )

    @property
    def _is_app(self) -> bool:
        return bool(self.token_env or self.token_file)

    async def _call(self, method: str, data: dict[str, Any]) -> Answer:
        headers = {"Authorization": f"Bearer {self.secret('token')}"}
        url = f"{self.api_url.rstrip('/')}/api/{method}"
        return _judged(await post(url, data, timeout_s=self.timeout_s, headers=headers))


def _judged(reply: Reply) -> Answer:
    """The API answers 200 also to what it refuses; then ``error`` is one of its words."""
    if reply.answer.end != "sent":
        return reply.answer
    said = reply.json()
    if said.get("ok") is True:
        return Answer(end="sent", reference=f"{said.get('channel', '')}:{said.get('ts', '')}")
    error = str(said.get("error", ""))
    if error in _PASSING:
        return Answer(end="later", reason=f"Slack: {error}")
    known = error if error.replace("_", "").isalpha() else "unknown error"
    return Answer(end="refused", reason=f"Slack: {shortened(known, 60)}")


def _blocks(message: Message) -> list[dict[str, Any]]:
    lines = [
        f"*{_escaped(name)}:* {_escaped(shortened(value, _MOST_FIELD))}"
        for name, value in facts(message)
    ]
    blocks = [
        _section(f"*{_escaped(headline(message))}*"),
        _section(shortened("\n".join(lines), _MOST_TEXT)),
    ]
    if message.about.sql:
        blocks.append(_section(f"```{shortened(_escaped(message.about.sql), _MOST_TEXT)}```"))
    context = {"type": "mrkdwn", "text": _escaped(f"id {message.id}")}
    return [*blocks, {"type": "context", "elements": [context]}]


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
