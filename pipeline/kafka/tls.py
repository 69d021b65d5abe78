"""TLS to Kafka: certificates and host names are always checked."""

import ssl
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.settings import KafkaSettings

_PREFIX = "TWILIO_PIPELINE_KAFKA_SSL_"


def tls_context(settings: KafkaSettings) -> ssl.SSLContext:
    """Whom we trust and who we are; ConfigurationError names a file that can't be used."""
    context = trusting(settings.ssl_ca_file)
    if settings.ssl_certificate_file:
        _be(context, settings.ssl_certificate_file, settings)
    return context


def trusting(authorities: Path | None) -> ssl.SSLContext:
    """Trust these authorities alone, or by default the system's."""
    try:
        return ssl.create_default_context(cafile=authorities)
    except OSError as error:
        raise ConfigurationError(
            f"set {_PREFIX}CA_FILE to a PEM file of certificates: {_why(authorities, error)}"
        ) from None


def _be(context: ssl.SSLContext, certificate: Path, settings: KafkaSettings) -> None:
    password = settings.ssl_key_password.get_secret_value()
    try:
        # A password is always given: without one OpenSSL would ask on the terminal.
        context.load_cert_chain(certificate, settings.ssl_key_file, password)
    except OSError as error:
        raise ConfigurationError(
            f"set {_PREFIX}CERTIFICATE_FILE, {_PREFIX}KEY_FILE and {_PREFIX}KEY_PASSWORD to a "
            f"certificate and its key as PEM: {_why(certificate, error)}"
        ) from None


def _why(file: Path | None, error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"{file}: {error.reason or 'no certificate is in it'}"
    return f"can't read {file}: {error.strerror}"
