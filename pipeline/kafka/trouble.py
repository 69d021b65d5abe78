"""Why Kafka can't be reached, in one line that says what to do.

aiokafka only says that none of the brokers could be used, so they are asked once more, one by
one.
"""

import asyncio
from typing import Final

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    NodeNotReadyError,
    TopicAuthorizationFailedError,
)

from pipeline.errors import UnavailableError
from pipeline.kafka.causes import SILENT, one_line
from pipeline.kafka.knock import knock
from pipeline.kafka.token import NoTokenError
from pipeline.settings import KafkaSettings

_NO_CONNECTION: Final = (KafkaConnectionError, NodeNotReadyError)
_NO_RIGHT: Final = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)


async def unavailable(settings: KafkaSettings, error: BaseException) -> UnavailableError:
    """Make the error to raise, for what a client of these settings has raised."""
    if isinstance(error, NoTokenError):
        return UnavailableError(error.why)
    if isinstance(error, KafkaError) and not isinstance(error, _NO_CONNECTION):
        return UnavailableError(_of_answer(settings, error))
    return UnavailableError(await reason(settings))


async def reason(settings: KafkaSettings) -> str:
    """Say why the brokers can't be used, by the one that tells most."""
    answers = await asyncio.gather(*(knock(settings, server) for server in settings.servers))
    whys = [answer for answer in answers if isinstance(answer, str)]
    telling = [why for why in whys if SILENT not in why] or whys
    where = f"Kafka at {settings.bootstrap_servers}"
    return telling[0] if telling else f"{where} did not answer for a moment: try again"


def _of_answer(settings: KafkaSettings, error: KafkaError) -> str:
    where = f"Kafka at {settings.bootstrap_servers}"
    if isinstance(error, _NO_RIGHT):
        return f"{where} does not let us ({one_line(error)}): give our user the right to"
    return f"{where} does not answer as it should, try again: {one_line(error)}"
