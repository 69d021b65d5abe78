"""E-mail over SMTP: all messages of an incident make one thread.

Message-ID is the delivery's, so a mail program that folds repeats has something to fold by;
References is the incident's.
"""

import hashlib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated, Final, Literal

import aiosmtplib
from msgspec import Meta
from typing_extensions import override

from pipeline.errors import ConfigurationError
from processors.notifier.channels.base import Settings
from processors.notifier.message import SENT, Answer, Message
from processors.notifier.text import body, headline

_PASSING: Final = range(400, 500)


class Mail(Settings, tag="mail", tag_field="type", frozen=True, kw_only=True):
    """``security``: ``tls`` from the first byte, ``starttls`` (demanded), or ``none``."""

    host: str
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    security: Literal["tls", "starttls", "none"] = "starttls"
    sender: str
    to: list[str]
    user: str = ""
    password_env: str = ""
    password_file: str = ""
    ca_file: str = ""

    @override
    def check(self) -> None:
        """Look whether there is somebody to write to, and a password for the user."""
        if not self.to:
            raise ConfigurationError(f"channel {self.name!r}: set to, a list of addresses")
        if self.user:
            self.secret("password")

    async def send(self, message: Message) -> Answer:
        """Hand it to the server for all recipients; one it refuses doesn't stop the others."""
        try:
            await aiosmtplib.send(
                self.mail(message),
                hostname=self.host,
                port=self.port,
                username=self.user or None,
                password=self.secret("password") if self.user else None,
                timeout=self.timeout_s,
                use_tls=self.security == "tls",
                start_tls=self.security == "starttls",
                tls_context=self._tls(),
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            return _judged(error)
        return SENT

    def mail(self, message: Message) -> EmailMessage:
        """The message as a mail."""
        domain = self.sender.rpartition("@")[2].strip("> ") or "localhost"
        mail = EmailMessage()
        mail["Subject"] = headline(message)
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.to)
        mail["Date"] = format_datetime(datetime.fromtimestamp(message.sent_at, UTC))
        mail["Message-ID"] = f"<{_short(message.id)}@{domain}>"
        mail["References"] = f"<{_short(message.key)}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{headline(message)}\n\n{body(message)}\n")
        return mail

    def _tls(self) -> ssl.SSLContext | None:
        if self.security == "none":
            return None
        return ssl.create_default_context(cafile=self.ca_file or None)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _judged(error: Exception) -> Answer:
    """4xx passes, 5xx doesn't; what is lost before an answer passes too."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        passing = any(each.code in _PASSING for each in error.recipients)
        reason = "SMTP: all recipients refused"
        return Answer(end="later" if passing else "refused", reason=reason)
    if isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPConnectTimeoutError):
        return Answer(end="later", reason="can't connect")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        end: Literal["later", "refused"] = "later" if error.code in _PASSING else "refused"
        return Answer(end=end, reason=f"SMTP {error.code}")
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return Answer(end="later", reason="timed out", may_have_arrived=True)
    return Answer(end="later", reason="connection lost", may_have_arrived=True)
