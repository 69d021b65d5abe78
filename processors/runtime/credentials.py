"""Who we are to Kafka, as Faust wants to be told."""

from faust.auth import Credentials, OAuthCredentials, SASLCredentials, SSLCredentials

from pipeline.kafka import client_arguments
from pipeline.settings import KafkaSettings


def credentials_of(kafka: KafkaSettings) -> Credentials | None:
    """Make Faust's own kind of credentials; None where Kafka takes everybody."""
    arguments = client_arguments(kafka)
    encryption = arguments.get("ssl_context")
    if not kafka.authenticates:
        return SSLCredentials(encryption) if kafka.encrypts else None
    if kafka.sasl_mechanism == "OAUTHBEARER":
        provider = arguments["sasl_oauth_token_provider"]
        return OAuthCredentials(oauth_cb=provider, ssl_context=encryption)
    return SASLCredentials(
        username=kafka.username,
        password=kafka.password.get_secret_value(),
        ssl_context=encryption,
        mechanism=kafka.sasl_mechanism,
    )
