"""What a failed connection to one broker means, and what to do about it."""

import ssl
from typing import Final

from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from pipeline.kafka.token import NoTokenError
from pipeline.network_words import network_words
from pipeline.settings import KafkaSettings

#: What is said of a broker of which nothing was heard.
SILENT: Final = "does not answer"
_PREFIX: Final = "TWILIO_PIPELINE_KAFKA_"
_ADDRESS: Final = f"see whether it runs, and set {_PREFIX}BOOTSTRAP_SERVERS"
_OF_TOKEN: Final = (
    "the token may have expired or be meant for somebody else: check where it comes from "
    f"({_PREFIX}OAUTH_TOKEN_FILE or _URL) and the brokers' clocks"
)
#: What OpenSSL calls an answer that is no TLS at all.
_NO_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING", "HTTP_REQUEST"})
_WANTS_CERTIFICATE: Final = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "HANDSHAKE_FAILURE")


def told(settings: KafkaSettings, server: str, error: BaseException) -> str:  # noqa: PLR0911  a table of causes
    """Say it in one line."""
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
            return f"{where} {SILENT} in time: {_ADDRESS}"
        case KafkaConnectionError():
            return f"{where} closes the connection: {_of_closing(settings)}"
        case OSError():
            return f"{where} {SILENT} ({network_words(error)}): {_ADDRESS}"
    return f"{where} {SILENT}: {one_line(error)}"


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


def _of_closing(settings: KafkaSettings) -> str:
    if settings.encrypts:
        return (
            f"it may want SASL ({_PREFIX}SECURITY_PROTOCOL) or a certificate that it trusts "
            f"({_PREFIX}SSL_CERTIFICATE_FILE)"
        )
    return f"it may want TLS or SASL: set {_PREFIX}SECURITY_PROTOCOL or the port"
