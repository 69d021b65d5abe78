"""Microsoft Teams: an adaptive card to the webhook of a workflow."""

from typing import Any, Final

from typing_extensions import override

from processors.notifier.channels.base import Settings
from processors.notifier.channels.http import post
from processors.notifier.message import Answer, Message
from processors.notifier.text import facts, headline, shortened

_MOST_VALUE: Final = 1000
_MOST_SQL: Final = 4000


class Teams(Settings, tag="teams", tag_field="type", frozen=True, kw_only=True):
    """``webhook_url`` is what the workflow "when a Teams webhook request is received" shows."""

    webhook_url_env: str = ""
    webhook_url_file: str = ""

    @override
    def check(self) -> None:
        """Look whether the address is there."""
        self.secret("webhook_url")

    async def send(self, message: Message) -> Answer:
        """Post a card; Teams folds nothing, so the id is on it."""
        content = {
            "type": "message",
            "attachments": [
                {"contentType": "application/vnd.microsoft.card.adaptive", "content": card(message)}
            ],
        }
        return (await post(self.secret("webhook_url"), content, timeout_s=self.timeout_s)).answer


def card(message: Message) -> dict[str, Any]:
    """The message as an adaptive card."""
    known = [
        {"title": name, "value": shortened(value, _MOST_VALUE)} for name, value in facts(message)
    ]
    elements: list[dict[str, Any]] = [
        {
            **_line(headline(message)),
            "weight": "Bolder",
            "size": "Medium",
            "color": _color(message),
        },
        {"type": "FactSet", "facts": known},
    ]
    if message.about.sql:
        elements.append({**_line(shortened(message.about.sql, _MOST_SQL)), "fontType": "Monospace"})
    elements.append({**_line(f"id {message.id}"), "isSubtle": True, "size": "Small"})
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": elements,
    }


def _line(text: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True}


def _color(message: Message) -> str:
    if message.is_resolved:
        return "Good"
    return "Attention" if message.about.severity == "page" else "Warning"
