"""Performs errands: asks whether a step is still wanted, takes it, finds out whether it was."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from pipeline.twilio.api import TwilioApi
from processors.fallback.errands import NOBODY_TO_ASK, Errand, Reply
from processors.fallback.performing.contacts import Contact, Contacts
from processors.fallback.performing.mail import Mail
from processors.fallback.performing.messages import MessageCalls
from processors.fallback.performing.mishaps import (
    MISHAPS,
    REFUSALS,
    beforehand,
    refusal_of,
    reply_to,
)
from processors.fallback.performing.promptness import Promptness
from processors.fallback.performing.rates import Rates
from processors.fallback.performing.signed import SignedCalls
from processors.fallback.performing.verify import VerifyCalls, verify_channel
from processors.fallback.policy import Via
from processors.runtime.deeds import Deed

_GO: Final = Reply(answer="go")
_RATE_MS: Final = 5_000
_NO_BACKEND: Final = Reply(answer="config", reason="no_backend")


class Performer:
    """Calls Twilio, mail servers and the customer's own systems.

    ``backend`` gets webhook steps, and writes the texts of messages and e-mails: none is kept here.
    """

    def __init__(  # noqa: PLR0913, PLR0917  the parts it joins
        self,
        api: TwilioApi,
        rates: Rates,
        contacts: Contacts,
        backend: SignedCalls | None,
        mail: dict[Via, Mail],
        now_ms: Callable[[], int],
        promptness: Promptness,
    ) -> None:
        self._verify = VerifyCalls(api)
        self._messages = MessageCalls(api)
        self._rates = rates
        self._contacts = contacts
        self._backend = backend
        self._mail = mail
        self._now_ms = now_ms
        self._promptness = promptness

    async def __call__(self, deed: Deed) -> Reply:
        """Perform a deed whose ``what`` is an errand."""
        errand: Errand = deed.what
        if errand.kind != "find_out" and self._now_ms() >= errand.until:
            return Reply(answer="refused", reason="too_late")  # it waited for its turn
        perform = {"prepare": self._prepare, "send": self._send, "find_out": self._find_out}
        try:
            return await perform[errand.kind](errand)
        except REFUSALS as error:
            return refusal_of(error)
        except MISHAPS as error:
            return reply_to(error)

    async def _prepare(self, errand: Errand) -> Reply:
        reply = await self._check(errand)
        if reply.answer == "go" and (_needs_email(errand) or errand.step.needs_consent):
            return _fits(errand, await self._contacts.find(errand))
        return reply

    async def _check(self, errand: Errand) -> Reply:
        """Ask Twilio, if it may be asked; no answer must not keep a code from the user."""
        if not self._rates.allow(errand.account_sid):
            return _GO
        calls = self._verify if errand.product == "verify" else self._messages
        try:
            reply = await calls.check(errand)
        except MISHAPS as error:
            reply = reply_to(error)
        return reply if reply.answer in ("over", "gone") else _GO

    async def _send(self, errand: Errand) -> Reply:
        with self._promptness.kept():
            return await self._take(errand)

    async def _take(self, errand: Errand) -> Reply:
        step = errand.step
        if step.do == "webhook":
            return await self._hand_over(errand)
        if step.do == "email":
            return await self._mail_to(errand)
        if errand.product == "verify":
            return await self._verify.send(errand, errand.to, verify_channel(errand))
        text = await self._written(errand)
        return await self._messages.send(errand, text["text"]) if text else _NO_BACKEND

    async def _hand_over(self, errand: Errand) -> Reply:
        if self._backend is None:
            return _NO_BACKEND
        answer = await self._backend.post(_step_of(errand), _job(errand, "act"))
        return Reply(answer="sent", reference=str(answer.get("reference", ""))[:64])

    async def _mail_to(self, errand: Errand) -> Reply:
        async with beforehand():
            contact = await self._contacts.find(errand)
            self._promptness.check()
        if not (contact and contact.email):
            return Reply(answer="no_contact")
        if errand.step.via == "verify":
            return await self._verify.send(errand, contact.email, "email")
        mail = self._mail.get(errand.step.via)
        text = await self._written(errand) if mail else None
        if not (mail and text):
            return _NO_BACKEND if mail else Reply(answer="config", reason="no_mail_server")
        subject = text.get("subject", "Your code")
        return await mail.send(errand.id, contact.email, subject, text["text"])

    async def _written(self, errand: Errand) -> dict[str, str] | None:
        """What the backend has written; None when it has nothing to say."""
        if self._backend is None:
            return None
        async with beforehand():
            answer = await self._backend.post(f"{errand.id}:write", _job(errand, "write"))
            self._promptness.check()
        text = {key: value for key, value in answer.items() if isinstance(value, str)}
        return text if text.get("text") else None

    async def _find_out(self, errand: Errand) -> Reply:
        step = errand.step
        if step.do == "webhook":
            return Reply(answer="not_sent")  # the backend folds repetitions by their key
        if step.do == "email" and step.via != "verify":
            return Reply(answer="unknown", reason=NOBODY_TO_ASK)
        if not self._rates.allow(errand.account_sid):
            return Reply(answer="later", reason="rate", retry_after_ms=_RATE_MS)
        return await self._ask_twilio(errand)

    async def _ask_twilio(self, errand: Errand) -> Reply:
        if errand.step.do == "email":
            contact = await self._contacts.find(errand)
            if contact is None:
                return Reply(answer="unknown", reason=NOBODY_TO_ASK)
            return await self._verify.find_out(errand, contact.email, "email")
        if errand.product == "verify":
            whom, channel = errand.verification_sid, verify_channel(errand)
            return await self._verify.find_out(errand, whom, channel)
        return await self._messages.find_out(errand)


def _step_of(errand: Errand) -> str:
    """The same for each try of a step: to the backend they are one."""
    return errand.id.rpartition(":")[0]


def _needs_email(errand: Errand) -> bool:
    return errand.step.do == "email"


def _fits(errand: Errand, contact: Contact | None) -> Reply:
    if contact is None or (_needs_email(errand) and not (contact.email and contact.email_verified)):
        return Reply(answer="no_contact")
    wanted = verify_channel(errand)
    if errand.step.needs_consent and wanted not in contact.consent:
        return Reply(answer="no_consent")
    return _GO


def _job(errand: Errand, purpose: str) -> dict[str, Any]:
    """What the backend is told: enough to know the user and the code's time."""
    named = msgspec.structs.asdict(errand)
    kept = ("id", "product", "account_sid", "service_sid", "subject_sid", "verification_sid")
    more = ("channel", "country", "to", "user", "until")
    return {"purpose": purpose, "step": errand.step.do, **{key: named[key] for key in kept + more}}
