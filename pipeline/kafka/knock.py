"""One connection to one broker, as a client makes it, and what the broker said then."""

import asyncio
from typing import Final

import msgspec
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from pipeline.errors import ConfigurationError
from pipeline.kafka.causes import told
from pipeline.kafka.client import client_arguments
from pipeline.settings import KafkaSettings

KNOCK_S: Final = 3.0
_GOODBYE_S: Final = 1.0
#: Numbers of the requests by which a broker's age can be told.
_PRODUCE: Final = 0
_FETCH: Final = 1


class Broker(msgspec.Struct, frozen=True):
    """A broker that answered, with its newest versions of requests.

    ``certificate_until`` is in OpenSSL's words, and empty without TLS.
    """

    address: str
    produce: int
    fetch: int
    certificate_until: str

    def versions(self) -> str:
        """Tell them in a few words."""
        return f"Produce v{self.produce}, Fetch v{self.fetch}"


async def knock(settings: KafkaSettings, address: str) -> Broker | str:
    """Connect and ask something; text says in one line why that does not work."""
    host, _, port = address.rpartition(":")
    try:
        arguments = client_arguments(settings)
    except ConfigurationError as error:  # a file that was there when the part started
        return str(error)
    del arguments["bootstrap_servers"]
    connection = AIOKafkaConnection(
        host.strip("[]"), int(port), request_timeout_ms=int(KNOCK_S * 1000), **arguments
    )
    try:
        async with asyncio.timeout(KNOCK_S):
            await connection.connect()
            await connection.send(MetadataRequest([]))
        met = _met(connection, address)
    except OSError as error:  # of the network: there is no connection to close
        connection.close()
        return told(settings, address, error)
    except KafkaError as error:
        await _closed(connection)
        return told(settings, address, error)
    await _closed(connection)
    return met


async def _closed(connection: AIOKafkaConnection) -> None:
    """Give TLS the moment that it takes to say goodbye."""
    await asyncio.wait([connection.close()], timeout=_GOODBYE_S)


def _met(connection: AIOKafkaConnection, address: str) -> Broker:
    """Look where aiokafka keeps both, to itself."""
    versions: dict[int, tuple[int, int]] = connection._versions  # noqa: SLF001  no other way
    certificate = connection._writer.get_extra_info("peercert") or {}  # noqa: SLF001  as above
    until = str(certificate.get("notAfter", ""))
    return Broker(address, versions[_PRODUCE][1], versions[_FETCH][1], until)
