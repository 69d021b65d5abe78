"""Whether a broker answers, not only whether its port is open."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaClient
from aiokafka.errors import KafkaError

_REQUEST_MS = 2_000


async def kafka_ready(bootstrap: str) -> bool:
    """Whether the broker answers a metadata request and names itself as a node."""
    if not await port_open(bootstrap):
        return False
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=_REQUEST_MS)
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()


async def port_open(address: str) -> bool:
    """Whether something listens; asked first because the client logs every refusal as an error."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True
