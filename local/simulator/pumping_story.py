"""Pumping: somebody has codes sent to many numbers of one prefix, and Twilio blocks them."""

from typing import Final

from local.simulator.account import Account
from local.simulator.country import draw_country
from local.simulator.lifecycle import Step
from local.simulator.planned import Story
from local.simulator.products.verify import attempt_event, verification_event
from local.simulator.story import Draw
from local.simulator.verification import Attempt, Verification

_NUMBERS: Final = 12
_BLOCKED: Final = 60410


def pumping_story(account: Account, start: int, draw: Draw) -> Story:
    """A dozen verifications within seconds that nobody waits for; all attempts are blocked."""
    country = draw_country(draw.random)
    prefix = country.draw_number(draw.random)[:-2]
    story: Story = []
    for number in range(_NUMBERS):
        time = draw.after(start, 120 * number)
        own = Verification(
            sid=draw.ids.sid("VE"),
            account=account,
            country=country,
            to=f"{prefix}{number:02d}",
            start=time,
        )
        story += _blocked(own, draw)
    return story


def _blocked(own: Verification, draw: Draw) -> Story:
    mnc = own.country.mncs[0]
    attempt = Attempt(
        sid=draw.ids.sid("VL"), verification=own, channel="sms", mnc=mnc, time=own.start
    )
    failed = Step("failed", own.start + 30, _BLOCKED)
    return [
        verification_event(own, Step("pending", own.start), (attempt,), 0, draw.ids),
        attempt_event(attempt, failed, draw.ids),
    ]
