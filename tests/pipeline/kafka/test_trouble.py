import asyncio
from pathlib import Path

import pytest
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    NotLeaderForPartitionError,
)

from local.ports import free_port
from pipeline.kafka import unavailable
from pipeline.kafka.token import NoTokenError
from pipeline.settings import KafkaSettings, load

SET = "set TWILIO_PIPELINE_KAFKA_"


async def test_the_broker_that_tells_most_is_quoted() -> None:
    silent = f"127.0.0.1:{free_port()}"

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    telling = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings = load(KafkaSettings, bootstrap_servers=f"{silent},{telling}")
    said = str(await unavailable(settings, KafkaConnectionError()))
    assert said == (
        f"Kafka at {telling} closes the connection: it may want TLS or SASL: "
        f"{SET}SECURITY_PROTOCOL or the port"
    )
    server.close()
    await server.wait_closed()
    said = str(await unavailable(settings, TimeoutError()))
    assert said == (
        f"Kafka at {silent} does not answer (Connection refused): see whether it runs, and "
        f"{SET}BOOTSTRAP_SERVERS"
    )


async def test_a_broker_that_works_again_is_no_riddle(kafka: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=kafka)
    said = str(await unavailable(settings, KafkaConnectionError()))
    assert said == f"Kafka at {kafka} did not answer for a moment: try again"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoTokenError("the token has expired"), "the token has expired"),
        (GroupAuthorizationFailedError(), "does not let us ([Error 30] GroupAuthorization"),
        (NotLeaderForPartitionError(), "does not answer as it should, try again: [Error 6]"),
    ],
)
async def test_other_errors_are_told_without_asking(error: Exception, said: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=f"127.0.0.1:{free_port()}")
    assert said in str(await unavailable(settings, error))


async def test_a_file_that_is_gone_meanwhile_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "ca.pem"
    settings = load(KafkaSettings, security_protocol="SSL", ssl_ca_file=gone)
    said = str(await unavailable(settings, KafkaConnectionError()))
    assert said.startswith(f"{SET}SSL_CA_FILE to a PEM file of certificates: can't read {gone}")
