"""A signed POST to an address of one's own.

Headers: ``Twilio-Pipeline-Id`` is the same over repeats of a delivery, ``Twilio-Pipeline-Key`` over
all transitions of an incident, ``Twilio-Pipeline-Signature`` is what ``pipeline.signing`` says.
"""

import string
import time
from urllib.parse import quote

import msgspec
from typing_extensions import override

from pipeline.signing import SIGNATURE_HEADER, signature
from processors.notifier.channels.base import Settings
from processors.notifier.channels.http import post
from processors.notifier.message import Answer, Message
from processors.notifier.text import body, headline


class Webhook(Settings, tag="webhook", tag_field="type", frozen=True, kw_only=True):
    """``url`` may be secret: then ``url_env`` or ``url_file``. Without ``secret`` no signature."""

    url: str = ""
    url_env: str = ""
    url_file: str = ""
    secret_env: str = ""
    secret_file: str = ""

    @override
    def check(self) -> None:
        """Look whether address and secret are there."""
        self._address()
        if self._is_signed:
            self.secret("secret")

    async def send(self, message: Message) -> Answer:
        """Post the item as it is on the topic, with the text."""
        data = msgspec.json.encode(
            {
                "id": message.id,
                "key": message.key,
                "transition": message.transition,
                "headline": headline(message),
                "text": body(message),
                "about": message.about,
            }
        )
        headers = {
            "Twilio-Pipeline-Id": _header(message.id),
            "Twilio-Pipeline-Key": _header(message.key),
        }
        if self._is_signed:
            secret = self.secret("secret").encode()
            headers[SIGNATURE_HEADER] = signature(secret, int(time.time()), data)
        return (await post(self._address(), data, timeout_s=self.timeout_s, headers=headers)).answer

    @property
    def _is_signed(self) -> bool:
        return bool(self.secret_env or self.secret_file)

    def _address(self) -> str:
        return self.url or self.secret("url")


def _header(text: str) -> str:
    """As it is, but for what can't stand in a header: that is percent-encoded."""
    return quote(text, safe=string.punctuation + " ")
