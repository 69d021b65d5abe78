"""Where a request keeps who makes it."""

from typing import Final

from aiohttp import web

from local.twilio_api.accounts import Account

CALLER: Final = web.RequestKey("caller", Account)
