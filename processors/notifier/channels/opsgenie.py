"""Opsgenie, Alert API: ``alias`` is the incident, by which it folds repeats."""

from typing import Any, Final
from urllib.parse import quote

from typing_extensions import override

from pipeline.items.alert import Severity
from processors.notifier.channels.base import Settings
from processors.notifier.channels.http import post
from processors.notifier.message import Answer, Message
from processors.notifier.text import body, facts, headline, shortened

_MOST_MESSAGE: Final = 130
_MOST_ALIAS: Final = 512
_MOST_DESCRIPTION: Final = 15_000
_MOST_DETAILS: Final = 8_000
_ACTIONS: Final = {"resolved": "close", "acknowledged": "acknowledge"}
_PRIORITY: Final[dict[Severity, str]] = {"page": "P1", "ticket": "P3"}


class Opsgenie(Settings, tag="opsgenie", tag_field="type", frozen=True, kw_only=True):
    """``api_key`` is that of an API integration; accounts in the EU have another ``api_url``."""

    api_key_env: str = ""
    api_key_file: str = ""
    api_url: str = "https://api.opsgenie.com"

    @override
    def check(self) -> None:
        """Look whether the key is there."""
        self.secret("api_key")

    @property
    @override
    def takes_acknowledgements(self) -> bool:
        return True

    async def send(self, message: Message) -> Answer:
        """Create, which also counts a repeat on the open alert; acknowledge; or close.

        It ignores what a repeat says, so an update is added as a note.
        """
        alias = quote(message.key[:_MOST_ALIAS], safe="")
        if message.transition in _ACTIONS:
            path = f"/{alias}/{_ACTIONS[message.transition]}?identifierType=alias"
            return await self._post(path, self._note(message))
        answer = await self._post("", self._alert(message))
        if answer.end == "sent" and message.transition == "updated":
            return await self._post(f"/{alias}/notes?identifierType=alias", self._note(message))
        return answer

    async def _post(self, path: str, data: dict[str, Any]) -> Answer:
        url = f"{self.api_url.rstrip('/')}/v2/alerts{path}"
        headers = {"Authorization": f"GenieKey {self.secret('api_key')}"}
        return (await post(url, data, timeout_s=self.timeout_s, headers=headers)).answer

    def _alert(self, message: Message) -> dict[str, Any]:
        return {
            "message": headline(message, _MOST_MESSAGE),
            "alias": message.key[:_MOST_ALIAS],
            "description": shortened(body(message), _MOST_DESCRIPTION),
            "priority": _PRIORITY[message.about.severity],
            "source": "twilio-event-pipeline",
            "details": {
                name: shortened(value, _MOST_DETAILS // 16) for name, value in facts(message)
            },
        }

    def _note(self, message: Message) -> dict[str, Any]:
        note = f"{headline(message)}\n{body(message)}"
        return {"note": shortened(note, _MOST_DESCRIPTION), "source": "twilio-event-pipeline"}
