"""A broker's death on uvloop, in the moment between the closed socket and aiokafka's notice."""

import asyncio
import socket
import struct

import pytest
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from pipeline.event_loop import new_event_loop

_RESET = struct.pack("ii", 1, 0)


def test_a_write_in_that_moment_is_a_connection_error_of_kafka() -> None:
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        connection = runner.run(_write_to_a_reset_connection())

    assert not connection.connected()


async def _write_to_a_reset_connection() -> AIOKafkaConnection:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = _Connection(*server.getsockname())
        await connection.connect()
        peer, _ = server.accept()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        peer.close()
        # The transport is closed in one turn of the loop, aiokafka hears of it in a later one.
        while not connection.transport_is_closed:  # noqa: ASYNC110  turn by turn is the point
            await asyncio.sleep(0)
        assert connection.connected(), "aiokafka knows already: the moment was missed"
        with pytest.raises(KafkaConnectionError, match="broken"):
            connection.send(MetadataRequest([]))
        return connection


class _Connection(AIOKafkaConnection):  # type: ignore[misc]  # aiokafka ships no types
    async def _do_version_lookup(self) -> None:
        """The peer is silent: any version will do."""
        self._versions = {3: (0, 5)}

    @property
    def transport_is_closed(self) -> bool:
        try:
            self._writer.transport.get_write_buffer_size()
            self._writer.write(b"")
        except RuntimeError:
            return True
        return False
