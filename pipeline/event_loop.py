"""uvloop under aiokafka: fast, once a closed connection is an error that aiokafka knows.

When a broker dies, its connections' transports are closed some turns of the loop before aiokafka
hears of it. asyncio drops what is written in between; uvloop raises RuntimeError, which aiokafka
does not expect: the task that hits it (the one that refreshes metadata, for one) ends unseen, and
its client waits for ever. Here such a write closes the connection and raises
KafkaConnectionError, as aiokafka itself does for every OSError of a write.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, Final

import uvloop
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

_send: Final = AIOKafkaConnection.send


def new_event_loop() -> asyncio.AbstractEventLoop:
    """A uvloop on which aiokafka survives the death of a broker."""
    mend_aiokafka()
    return uvloop.new_event_loop()


def mend_aiokafka() -> None:
    """Make aiokafka expect what uvloop raises, in this process; may be called again."""
    AIOKafkaConnection.send = _send_or_close


def _send_or_close(
    connection: AIOKafkaConnection,
    request: Any,  # noqa: ANN401  aiokafka ships no types
    expect_response: bool = True,
) -> Awaitable[Any]:
    try:
        answer: Awaitable[Any] = _send(connection, request, expect_response)
    except RuntimeError as error:
        connection.close(reason=CloseReason.CONNECTION_BROKEN, exc=error)
        raise KafkaConnectionError(
            f"Connection at {connection.host}:{connection.port} broken: {error}"
        ) from error
    return answer
