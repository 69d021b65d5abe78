"""Lists an account's messages, page by page."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Final

from twilio.rest import Client

from operations.reconcile.listed import Listed, read_listed
from pipeline.twilio.calling import Caller

#: Twilio gives up to 1000; half of it comes within a few seconds.
PAGE: Final = 500


async def message_pages(
    client: Client, account_sid: str, caller: Caller, span: tuple[int, int]
) -> AsyncIterator[list[Listed]]:
    """Messages sent within ``span`` (epoch seconds, the end is not in it), newest first.

    Raises as the caller does; only pages that were given are done.
    """
    messages = client.api.v2010.accounts(account_sid).messages
    after, before = (datetime.fromtimestamp(at, UTC) for at in (span[0], span[1] - 1))
    page = await caller.read(
        lambda: messages.page_async(date_sent_after=after, date_sent_before=before, page_size=PAGE)
    )
    while True:
        yield [read_listed(each) for each in page]
        url = page.next_page_url
        if not url:
            return
        page = await caller.read(partial(messages.get_page_async, url))
