"""Why Kafka can't be reached, in one line that says what to do.

aiokafka only says that none of the brokers could be used, so they are asked once more, one by
one.
"""

import asyncio
import os
import ssl
from typing import Final

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    NodeNotReadyError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from pipeline.errors import UnavailableError
from pipeline.kafka.client import client_arguments
from pipeline.kafka.token import NoTokenError
from pipeline.settings import KafkaSettings

_KNOCK_S: Final = 3.0
_PREFIX: Final = "TWILIO_PIPELINE_KAFKA_"
#: What OpenSSL calls an answer that is no TLS at all.
_NO_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING", "HTTP_REQUEST"})
_ADDRESS: Final = f"see whether it runs, and set {_PREFIX}BOOTSTRAP_SERVERS"
_OF_TOKEN: Final = (
    "the token may have expired or be meant for somebody else: check where it comes from "
    f"({_PREFIX}OAUTH_TOKEN_FILE or _URL) and the brokers' clocks"
)
_SILENT: Final = "does not answer"
_BRIEF: Final = "Kafka at {} did not answer for a moment: try again"
_NO_CONNECTION: Final = (KafkaConnectionError, NodeNotReadyError)
_NO_RIGHT: Final = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)
_WANTS_CERTIFICATE: Final = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "HANDSHAKE_FAILURE")


async def unavailable(settings: KafkaSettings, error: BaseException) -> UnavailableError:
    """Make the error to raise, for what a client of these settings has raised."""
    if isinstance(error, NoTokenError):
        return UnavailableError(error.why)
    if isinstance(error, KafkaError) and not isinstance(error, _NO_CONNECTION):
        return UnavailableError(_of_answer(settings, error))
    return UnavailableError(await reason(settings))


def _of_answer(settings: KafkaSettings, error: KafkaError) -> str:
    where = f"Kafka at {settings.bootstrap_servers}"
    if isinstance(error, _NO_RIGHT):
        return f"{where} does not let us ({one_line(error)}): give our user the right to"
    return f"{where} does not answer as it should, try again: {one_line(error)}"


async def reason(settings: KafkaSettings) -> str:
    """Say why the first broker that tells can't be used."""
    whys = await asyncio.gather(*(_knock(settings, server) for server in settings.servers))
    told = [why for why in whys if why and _SILENT not in why]
    return (told or [why for why in whys if why] or [_BRIEF.format(settings.bootstrap_servers)])[0]


async def _knock(settings: KafkaSettings, server: str) -> str | None:
    """Connect as a client does, and ask something; None when that works."""
    host, _, port = server.rpartition(":")
    arguments = client_arguments(settings)
    del arguments["bootstrap_servers"]
    connection = AIOKafkaConnection(
        host.strip("[]"), int(port), request_timeout_ms=int(_KNOCK_S * 1000), **arguments
    )
    try:
        async with asyncio.timeout(_KNOCK_S):
            await connection.connect()
            await connection.send(MetadataRequest([]))
    except (KafkaError, OSError) as error:
        return told(settings, server, error)
    finally:
        connection.close()
    return None


def told(settings: KafkaSettings, server: str, error: BaseException) -> str:  # noqa: PLR0911  a table of causes
    """Say what a failed connection to one broker means."""
    where = f"Kafka at {server}"
    match error:
        case NoTokenError():
            return str(error.why)
        case SaslAuthenticationFailed():
            return f"{where} refuses us: {_of_credentials(settings)}"
        case UnsupportedSaslMechanismError():
            return (
                f"{where} does not offer {settings.sasl_mechanism}: set {_PREFIX}SASL_MECHANISM "
                "to what its listener has"
            )
        case IllegalSaslStateError():
            return f"{where} wants no SASL on this port: set {_PREFIX}SECURITY_PROTOCOL or the port"
        case ssl.SSLError():
            return f"{where} {_of_tls(error)}"
        case TimeoutError():
            return f"{where} {_SILENT} within {_KNOCK_S:g} s: {_ADDRESS}"
        case KafkaConnectionError():
            return f"{where} closes the connection: {_of_closing(settings)}"
        case OSError():
            return f"{where} {_SILENT} ({_of_system(error)}): {_ADDRESS}"
    return f"{where} {_SILENT}: {one_line(error)}"


def one_line(error: BaseException) -> str:
    """What an error says, on one line."""
    return " ".join(str(error).split()) or type(error).__name__


def _of_credentials(settings: KafkaSettings) -> str:
    if settings.sasl_mechanism == "OAUTHBEARER":
        return _OF_TOKEN
    return (
        f"check {_PREFIX}USERNAME and {_PREFIX}PASSWORD, and that the brokers know this user "
        f"for {settings.sasl_mechanism}"
    )


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"has a certificate that can't be trusted ({error.verify_message}): set "
            f"{_PREFIX}SSL_CA_FILE to the authority that signed it, and name the broker as the "
            "certificate does"
        )
    cause = error.reason or "handshake failed"
    if cause in _NO_TLS:
        return f"speaks no TLS on this port: set {_PREFIX}SECURITY_PROTOCOL or the port"
    if any(word in cause for word in _WANTS_CERTIFICATE):
        return f"refuses our certificate ({cause}): set {_PREFIX}SSL_CERTIFICATE_FILE"
    return f"can't be spoken to by TLS: {cause}"


def _of_system(error: OSError) -> str:
    """The system's own words: asyncio's repeat the address."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 else error.strerror or type(error).__name__


def _of_closing(settings: KafkaSettings) -> str:
    if settings.encrypts:
        return (
            f"it may want SASL ({_PREFIX}SECURITY_PROTOCOL) or a certificate that it trusts "
            f"({_PREFIX}SSL_CERTIFICATE_FILE)"
        )
    return f"it may want TLS or SASL: set {_PREFIX}SECURITY_PROTOCOL or the port"
