"""PagerDuty, Events API v2: ``dedup_key`` is the incident, so repeats and updates are folded."""

from typing import Any, Final

from typing_extensions import override

from pipeline.items.alert import Severity
from processors.notifier.channels.base import Settings
from processors.notifier.channels.http import post
from processors.notifier.message import Answer, Message
from processors.notifier.text import facts, headline

_MOST_SUMMARY: Final = 1024
_ACTIONS: Final = {"resolved": "resolve", "acknowledged": "acknowledge"}
_SEVERITY: Final[dict[Severity, str]] = {"page": "critical", "ticket": "warning"}


class PagerDuty(Settings, tag="pagerduty", tag_field="type", frozen=True, kw_only=True):
    """``routing_key`` is the integration key of a service."""

    routing_key_env: str = ""
    routing_key_file: str = ""
    api_url: str = "https://events.pagerduty.com"
    source: str = "twilio-event-pipeline"

    @override
    def check(self) -> None:
        """Look whether the key is there."""
        self.secret("routing_key")

    @property
    @override
    def takes_acknowledgements(self) -> bool:
        return True

    async def send(self, message: Message) -> Answer:
        """Trigger, acknowledge or resolve; the key stays the same, a new trigger updates."""
        action = _ACTIONS.get(message.transition, "trigger")
        event: dict[str, Any] = {
            "routing_key": self.secret("routing_key"),
            "event_action": action,
            "dedup_key": message.key,
        }
        if action == "trigger":
            event["payload"] = self._payload(message)
        url = f"{self.api_url.rstrip('/')}/v2/enqueue"
        return (await post(url, event, timeout_s=self.timeout_s)).answer

    def _payload(self, message: Message) -> dict[str, Any]:
        return {
            "summary": headline(message, _MOST_SUMMARY),
            "source": self.source,
            "severity": _SEVERITY[message.about.severity],
            "class": message.transition,
            "custom_details": {**dict(facts(message)), "SQL": message.about.sql},
        }
