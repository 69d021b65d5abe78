"""The ingress's other yardstick: what a tutorial would do with Twilio's library and aiokafka.

``python -m benchmarks.naive PORT BOOTSTRAP_SERVERS``
"""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiokafka import AIOKafkaProducer
from twilio.request_validator import RequestValidator

from benchmarks.posts import AUTH_TOKEN, PUBLIC_URL
from benchmarks.yardstick import Handler, serve
from pipeline.topics import RAW


@asynccontextmanager
async def _receiver(bootstrap_servers: str) -> AsyncIterator[Handler]:
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

    await producer.start()
    yield receive


if __name__ == "__main__":
    serve(int(sys.argv[1]), _receiver(sys.argv[2]))
