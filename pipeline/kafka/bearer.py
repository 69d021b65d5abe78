"""A refused token is an error: aiokafka takes the broker's refusal for a welcome.

A broker that does not believe a token says so in the text of its answer (RFC 7628, 3.2.3), where
aiokafka does not look. It then takes the broker for one of an empty cluster and may wait for ever.
"""

from aiokafka.conn import AIOKafkaConnection, OAuthAuthenticator
from aiokafka.errors import SaslAuthenticationFailed
from typing_extensions import override


class StrictAuthenticator(OAuthAuthenticator):  # type: ignore[misc]  # aiokafka ships no types
    """Sends the token, and believes only the empty answer that means success."""

    @override
    async def step(self, payload: bytes | None) -> tuple[bytes, bool] | None:
        """Give what to send next, None at the end; SaslAuthenticationFailed when refused."""
        if payload:
            raise SaslAuthenticationFailed("the broker refuses the token")
        step: tuple[bytes, bool] | None = await super().step(payload)
        return step


def mend_bearer() -> None:
    """Make aiokafka look, in this process; may be called again."""
    AIOKafkaConnection.authenticator_oauth = _authenticator


def _authenticator(connection: AIOKafkaConnection) -> StrictAuthenticator:
    provider = connection._sasl_oauth_token_provider  # noqa: SLF001  there is no other way to it
    return StrictAuthenticator(sasl_oauth_token_provider=provider)
