"""The fixed vocabulary of a plan's reasons, in words."""

from typing import Final

_WORDS: Final = {
    # Why nothing is planned.
    "twilio_has_its_own": "Twilio itself goes on with another channel",
    "too_old": "the news came when the code was no longer good",
    "configuration": "somebody has to change a setting first; an alert tells of it",
    "no_steps": "the policy has no steps for this class of errors",
    # Why a step is passed over.
    "too_late": "by then the code, or the step's deadline, is past",
    "opted_out": "the recipient wants nothing on this channel",
    "fraud": "nothing that costs money follows a sign of fraud",
    "max_sends": "Verify sends this code no more",
    "channel_fails": "an alert fires for this channel",
    "quiet_hours": "it is a quiet hour",
    "no_contact": "no verified address is known",
    "no_consent": "there is no consent for this channel",
    "budget_number": "the number has had its share of this hour",
    "budget_prefix": "the prefix has had its share of this hour",
    "budget_service": "the service has had its share of this hour",
    "budget_money": "this hour's money is spent",
    # Why a plan ended.
    "stopped": "fallbacks are stopped",
    "approved": "the user got through",
    "canceled": "the verification was canceled",
    "expired": "the verification has expired",
    "max_attempts_reached": "the user typed too many wrong codes",
    "delivered": "it has arrived after all",
    "gone": "Twilio has the verification no more",
    "no_more_steps": "no step is left",
    "not_confirmed": "the code's time is over, and nobody has confirmed it",
    "dry_run": "shown only",
    # Why a step waits, or is early.
    "switched": "at once, for an alert fires",
    "later": "Twilio asks to wait",
    "busy": "the other side asks to wait",
    "too_many_requests": "Twilio asks to wait",
    # Why a step was not taken.
    "no_backend": "no backend is set that writes texts or takes jobs",
    "no_mail_server": "no mail server is set",
    "no_credentials": "no credentials are set for the account",
    "recipient_refused": "the mail server refuses the address",
    "config": "Twilio says that a setting has to change first",
    "overtaken": "it failed while it was being sent",
    "nobody_to_ask": "nobody can tell whether it went out",
}


def in_words(reason: str) -> str:
    """The reason in words; an error code or a class of errors as it is."""
    return _WORDS.get(reason, reason)
