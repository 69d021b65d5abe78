"""Prometheus Alertmanager, API v2: labels are the identity, and firing has to be said again.

An alert that is not repeated ends by itself, so it is told with an end some repeats ahead; should
the notifier be away for longer, Alertmanager takes it for resolved until it hears of it again.
"""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from typing_extensions import override

from pipeline.items.alert import Alert
from processors.notifier.channels.base import Settings
from processors.notifier.channels.http import post
from processors.notifier.message import Answer, Message
from processors.notifier.text import body, headline

#: Repeats that may fail before an alert ends.
_SPARE: Final = 5


class Alertmanager(Settings, tag="alertmanager", tag_field="type", frozen=True, kw_only=True):
    """``url`` of the server; ``labels`` are added to every alert; ``token`` is a bearer's."""

    url: str
    token_env: str = ""
    token_file: str = ""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    resend_s: int = 60

    @override
    def check(self) -> None:
        """Look whether the token is there, if one is asked for."""
        if self._has_token:
            self.secret("token")

    @property
    @override
    def repeat_s(self) -> int:
        return self.resend_s

    async def send(self, message: Message) -> Answer:
        """Post the alert as it stands."""
        headers = {"Authorization": f"Bearer {self.secret('token')}"} if self._has_token else {}
        url = f"{self.url.rstrip('/')}/api/v2/alerts"
        alert = self.alert(message)
        return (await post(url, [alert], timeout_s=self.timeout_s, headers=headers)).answer

    def alert(self, message: Message) -> dict[str, Any]:
        """One alert; labels must not change while it lasts, so severity and text aren't in them."""
        about = message.about
        started = about.started_at if isinstance(about, Alert) else about.at
        kind = about.kind if isinstance(about, Alert) else "notice"
        return {
            "labels": {"alertname": f"twilio_{kind}", "incident": message.key, **self.labels},
            "annotations": {
                "summary": headline(message),
                "description": body(message),
                "severity": about.severity,
            },
            "startsAt": _rfc3339(started),
            "endsAt": _rfc3339(self._ends(message)),
        }

    @property
    def _has_token(self) -> bool:
        return bool(self.token_env or self.token_file)

    def _ends(self, message: Message) -> int:
        about = message.about
        if message.is_resolved and isinstance(about, Alert):
            return max(about.resolved_at, about.started_at + 1)
        return message.sent_at + _SPARE * self.resend_s


def _rfc3339(epoch_s: int) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).isoformat()
