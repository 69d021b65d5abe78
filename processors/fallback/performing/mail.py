"""E-mail through SMTP or SendGrid: what the customer's backend has written, to whom it is for."""

from email.message import EmailMessage
from typing import Any, Final, Protocol

import aiohttp
import aiosmtplib

from processors.fallback.errands import Reply
from processors.fallback.performing.signed import BusyError, RefusedError

_TIMEOUT_S: Final = 4.0
_TOO_MANY: Final = 429
_CLIENT_ERRORS: Final = range(400, 500)


class Mail(Protocol):
    """A way to send an e-mail; ``key`` is the same for each try of one step."""

    async def send(self, key: str, to: str, subject: str, text: str) -> Reply:
        """Send; ``sent`` means that the server has taken it."""


class SmtpMail:
    """A mail server. The Message-ID comes from ``key``, so that servers may fold repetitions."""

    def __init__(self, host: str, port: int, sender: str, login: tuple[str, str] | None) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._login = login

    async def send(self, key: str, to: str, subject: str, text: str) -> Reply:
        """Hand the e-mail to the server."""
        message = EmailMessage()
        message["From"], message["To"] = self._sender, to
        message["Subject"] = " ".join(subject.split())
        reference = f"<{key.replace(':', '.')}@{self._sender.rpartition('@')[2]}>"
        message["Message-ID"] = reference
        message.set_content(text)
        username, password = self._login or (None, None)
        try:
            await aiosmtplib.send(
                message,
                hostname=self._host,
                port=self._port,
                username=username,
                password=password,
                timeout=_TIMEOUT_S,
            )
        except aiosmtplib.SMTPRecipientsRefused:
            return Reply(answer="refused", reason="recipient_refused")
        except aiosmtplib.SMTPConnectError:
            return Reply(answer="later", reason="away", retry_after_ms=2_000)
        except aiosmtplib.SMTPResponseException as error:
            return _by_code(error.code)
        return Reply(answer="sent", reference=reference)


class SendGridMail:
    """SendGrid's mail API, version 3."""

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, api_key: str, sender: str
    ) -> None:
        self._session = session
        self._url = f"{base_url}/v3/mail/send"
        self._headers = {"Authorization": f"Bearer {api_key}"}
        self._sender = sender

    async def send(self, key: str, to: str, subject: str, text: str) -> Reply:
        """Hand the e-mail to SendGrid; ``key`` comes back in its events."""
        mail: dict[str, Any] = {
            "personalizations": [{"to": [{"email": to}], "custom_args": {"fallback": key}}],
            "from": {"email": self._sender},
            "subject": subject,
            "content": [{"type": "text/plain", "value": text}],
        }
        async with self._session.post(self._url, json=mail, headers=self._headers) as response:
            if response.status == _TOO_MANY:
                raise BusyError(5.0)
            if response.status in _CLIENT_ERRORS:
                raise RefusedError(response.status)
            if not response.ok:
                return Reply(answer="unknown", reason=f"status_{response.status}")
            return Reply(answer="sent", reference=response.headers.get("X-Message-Id", ""))


def _by_code(code: int) -> Reply:
    """SMTP: 4yz is for now, 5yz for good (RFC 5321, 4.2.1)."""
    if 400 <= code < 500:  # noqa: PLR2004  the RFC's ranges
        return Reply(answer="later", reason=f"smtp_{code}", retry_after_ms=5_000)
    return Reply(answer="refused", reason=f"smtp_{code}")
