"""The stand-in as a server on loopback."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from aiohttp import web

from local.twilio_api.account_routes import AccountRoutes
from local.twilio_api.callers import CALLER
from local.twilio_api.control_routes import PREFIX, ControlRoutes
from local.twilio_api.message_routes import MessageRoutes
from local.twilio_api.problem import Problem, not_found
from local.twilio_api.service_routes import ServiceRoutes
from local.twilio_api.sink_routes import SinkRoutes
from local.twilio_api.subscription_routes import SubscriptionRoutes
from local.twilio_api.usage_routes import UsageRoutes
from local.twilio_api.verify_routes import VerifyRoutes
from pipeline.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.typedefs import Handler

    from local.twilio_api.twilio import Twilio

_HOST: Final = "127.0.0.1"


@asynccontextmanager
async def serving(twilio: Twilio, port: int = 0) -> AsyncIterator[str]:
    """Serve for the block, and give the address; UnavailableError when the port is in use."""
    runner = web.AppRunner(application(twilio), shutdown_timeout=0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, _HOST, port).start()
        except OSError as error:
            raise UnavailableError(f"port {port} is in use; choose another") from error
        yield f"http://{_HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def application(twilio: Twilio) -> web.Application:
    """The routes of all products, for signed-in callers, and those for tests."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(PREFIX):
            return await handler(request)
        try:
            return await twilio.faults.around(request, signed_in(handler))
        except Problem as problem:
            return problem.response()
        except web.HTTPNotFound:
            return not_found(request.path).response()

    def signed_in(handler: Handler) -> Handler:
        async def call(request: web.Request) -> web.StreamResponse:
            request[CALLER] = twilio.accounts.signed_in(request.headers.get("Authorization"))
            return await handler(request)

        return call

    app = web.Application(middlewares=[answer])
    app.add_routes(VerifyRoutes(twilio.verifications).routes())
    app.add_routes(ServiceRoutes().routes())
    app.add_routes(AccountRoutes(twilio.accounts).routes())
    app.add_routes(UsageRoutes(twilio).routes())
    app.add_routes(MessageRoutes(twilio.messages).routes())
    app.add_routes(SinkRoutes(twilio).routes())
    app.add_routes(SubscriptionRoutes(twilio.streams).routes())
    app.add_routes(ControlRoutes(twilio).routes())
    return app
