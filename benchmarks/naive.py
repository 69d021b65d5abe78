"""The ingress's other yardstick: what a tutorial would do with Twilio's library and aiokafka.

``python -m benchmarks.naive PORT BOOTSTRAP_SERVERS``
"""

import asyncio
import json
import sys

import uvloop
from aiohttp import web
from aiokafka import AIOKafkaProducer
from twilio.request_validator import RequestValidator

from benchmarks.posts import AUTH_TOKEN, PUBLIC_URL
from pipeline.topics import RAW


async def _serve(port: int, bootstrap_servers: str) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers, acks="all", enable_idempotence=True
    )
    validator = RequestValidator(AUTH_TOKEN)

    async def receive(request: web.Request) -> web.Response:
        text = await request.text()
        url = f"{PUBLIC_URL}?{request.query_string}"
        if not validator.validate(url, text, request.headers["X-Twilio-Signature"]):
            return web.Response(status=403)
        for event in json.loads(text):
            key = event["data"]["messageSid"].encode()
            await producer.send_and_wait(RAW["messaging"], json.dumps(event).encode(), key=key)
        return web.Response()

    async def ready(_: web.Request) -> web.Response:
        return web.Response()

    await producer.start()
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post("/twilio/events", receive)
    app.router.add_get("/readyz", ready)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as main:
        main.run(_serve(int(sys.argv[1]), sys.argv[2]))
