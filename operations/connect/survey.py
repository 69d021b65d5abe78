"""Looks at one account and compares it with what is wanted."""

import msgspec
from twilio.rest import Client

from operations.connect.difference import Difference, difference
from operations.connect.found import Found
from operations.connect.looking import Look
from operations.connect.offer import Offer, check_versions, chosen_types
from operations.connect.wanted import Wanted, WantedAccount
from pipeline.twilio.calling import Caller


class Survey(msgspec.Struct, frozen=True):
    """What there is, what is offered, and what differs."""

    found: Found
    offer: Offer
    difference: Difference


async def survey(
    client: Client, wanted: Wanted, account: WantedAccount, caller: Caller | None = None
) -> Survey:
    """Raises as ``Caller`` does, and ConfigurationError for what is wanted and can't be had."""
    look = Look(client, account.sid, caller)
    offer = await look.types()
    chosen = chosen_types(wanted, offer)
    found = await look.found()
    present = found.subscribed(wanted.destination, wanted.description)
    offer = await look.with_versions(offer, {*chosen, *present})
    check_versions(wanted, chosen, offer)
    return Survey(found, offer, difference(wanted, account, chosen, offer, found))
