"""What every aiokafka client of this product is made with, besides its own."""

import functools
import logging
from typing import Any, Final

from pipeline.kafka.bearer import mend_bearer
from pipeline.kafka.tls import tls_context
from pipeline.kafka.tokens import token_provider
from pipeline.settings import KafkaSettings

_log: Final = logging.getLogger(__name__)


def client_arguments(settings: KafkaSettings) -> dict[str, Any]:
    """Brokers, encryption and credentials, as keyword arguments.

    ConfigurationError names a file of certificates that can't be used.
    """
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "security_protocol": settings.security_protocol,
    }
    if settings.encrypts:
        arguments["ssl_context"] = tls_context(settings)
    if settings.authenticates:
        arguments |= _credentials(settings)
    return arguments


def _credentials(settings: KafkaSettings) -> dict[str, Any]:
    if not settings.encrypts:
        _warn_once(settings.bootstrap_servers)
    if settings.sasl_mechanism == "OAUTHBEARER":
        mend_bearer()
        provider = token_provider(settings)
        return {"sasl_mechanism": "OAUTHBEARER", "sasl_oauth_token_provider": provider}
    return {
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.username,
        "sasl_plain_password": settings.password.get_secret_value(),
    }


@functools.cache
def _warn_once(servers: str) -> None:
    _log.warning(
        "credentials and events go to Kafka at %s unencrypted: let the brokers have a SASL_SSL "
        "listener, and set TWILIO_PIPELINE_KAFKA_SECURITY_PROTOCOL to SASL_SSL",
        servers,
    )
