"""How to reach Kafka, and as whom."""

import re
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings
from pipeline.settings.secret_files import SUFFIX

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]

#: `host:port`, the host perhaps an IPv6 address in brackets.
_ADDRESS: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@,\[\]]+):([0-9]{1,5})")
_LAST_PORT: Final = 65_535
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class KafkaConnection(PipelineSettings):
    """Brokers, encryption and credentials; certificates and host names are always checked."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_KAFKA_", env_ignore_empty=True)

    bootstrap_servers: str = Field(
        "127.0.0.1:9092", description="Brokers to start from, `host:port`, separated by commas."
    )
    security_protocol: SecurityProtocol = Field(
        "PLAINTEXT",
        description="`PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`, as the brokers' listener "
        "has it.",
    )
    sasl_mechanism: SaslMechanism | None = Field(
        None,
        description="With SASL: `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512` or `OAUTHBEARER`.",
    )
    username: str = Field("", description="User of PLAIN and SCRAM.")
    password: SecretStr = Field(SecretStr(""), description="The user's password.")
    ssl_ca_file: Path | None = Field(
        None,
        description="PEM file with the authorities that sign the brokers' certificates; by "
        "default those the system trusts.",
    )
    ssl_certificate_file: Path | None = Field(
        None, description="PEM file with our certificate and its chain, where brokers ask for one."
    )
    ssl_key_file: Path | None = Field(
        None, description="PEM file with the certificate's key, if it is in a file of its own."
    )
    ssl_key_password: SecretStr = Field(SecretStr(""), description="Password of that key.")
    oauth_token_file: Path | None = Field(
        None,
        description="File with the token of OAUTHBEARER, kept fresh by others; read again for "
        "every connection.",
    )
    oauth_token_url: str = Field(
        "", description="Where tokens of OAUTHBEARER are fetched by client credentials."
    )
    oauth_client_id: str = Field("", description="Our client id there.")
    oauth_client_secret: SecretStr = Field(SecretStr(""), description="Our client secret there.")
    oauth_scope: str = Field("", description="The scope that is asked for, if any.")

    @property
    def encrypts(self) -> bool:
        """Whether connections are TLS."""
        return self.security_protocol.endswith("SSL")

    @property
    def authenticates(self) -> bool:
        """Whether connections begin with SASL."""
        return self.security_protocol.startswith("SASL_")

    @property
    def servers(self) -> tuple[str, ...]:
        """The brokers to start from, each `host:port`."""
        return tuple(self.bootstrap_servers.split(","))

    @field_validator("bootstrap_servers")
    @classmethod
    def _addresses(cls, value: str) -> str:
        addresses = [each.strip() for each in value.split(",") if each.strip()]
        for address in addresses:
            found = _ADDRESS.fullmatch(address)
            if not found or not 0 < int(found.group(2)) <= _LAST_PORT:
                raise ValueError("name brokers as `host:port,host:port`, without a scheme")
        if not addresses:
            raise ValueError("name at least one broker as `host:port`")
        return ",".join(addresses)

    @field_validator("oauth_token_url")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        url = urlsplit(value)
        if value and url.scheme != "https" and url.hostname not in _LOOPBACK:
            raise ValueError("must be https, or anybody on the way could read the client secret")
        return value

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if problem := self._of_encryption() or self._of_authentication():
            raise ValueError(problem)
        return self

    def _of_encryption(self) -> str:
        files = {
            "SSL_CA_FILE": self.ssl_ca_file,
            "SSL_CERTIFICATE_FILE": self.ssl_certificate_file,
            "SSL_KEY_FILE": self.ssl_key_file,
        }
        given = [name for name, path in files.items() if path]
        if given and not self.encrypts:
            return f"{_name(given[0])} goes with SSL or SASL_SSL: {_set_protocol()}"
        if self.ssl_key_file and not self.ssl_certificate_file:
            return f"{_name('SSL_KEY_FILE')} is the key of a certificate: set " + _name(
                "SSL_CERTIFICATE_FILE"
            )
        return ""

    def _of_authentication(self) -> str:
        if not self.authenticates:
            given = self._first_given("SASL_MECHANISM", "USERNAME", "PASSWORD", *_OAUTH)
            return f"{_name(given)} goes with SASL: {_set_protocol()}" if given else ""
        if self.sasl_mechanism is None:
            return f"set {_name('SASL_MECHANISM')} to the one your user has"
        if self.sasl_mechanism == "OAUTHBEARER":
            return self._of_tokens()
        given = self._first_given(*_OAUTH)
        if given:
            return f"{_name(given)} goes with OAUTHBEARER: set {_name('SASL_MECHANISM')}"
        lacking = [name for name in ("USERNAME", "PASSWORD") if not self._first_given(name)]
        return f"set {_name(lacking[0])}: {self.sasl_mechanism} needs it" if lacking else ""

    def _of_tokens(self) -> str:
        given = self._first_given("USERNAME", "PASSWORD")
        if given:
            return f"{_name(given)} goes with PLAIN or SCRAM: OAUTHBEARER takes tokens"
        if bool(self.oauth_token_file) == bool(self.oauth_token_url):
            return f"set either {_name('OAUTH_TOKEN_FILE')} or {_name('OAUTH_TOKEN_URL')}"
        credentials = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET")
        lacking = [name for name in credentials if not self._first_given(name)]
        if self.oauth_token_url and lacking:
            return f"set {_name(lacking[0])}: {_name('OAUTH_TOKEN_URL')} asks for it"
        return ""

    def _first_given(self, *names: str) -> str:
        return next((name for name in names if _is_given(getattr(self, name.lower()))), "")


_OAUTH: Final = (
    "OAUTH_TOKEN_FILE",
    "OAUTH_TOKEN_URL",
    "OAUTH_CLIENT_ID",
    "OAUTH_CLIENT_SECRET",
    "OAUTH_SCOPE",
)

#: What a broker of one's own machine is spoken to with, whatever the environment says.
UNSECURED: Final[dict[str, Any]] = {
    name: field.default
    for name, field in KafkaConnection.model_fields.items()
    if name != "bootstrap_servers"
}
#: The same for a process that is started: an empty variable counts as none.
UNSECURED_ENVIRONMENT: Final[dict[str, str]] = {
    f"TWILIO_PIPELINE_KAFKA_{name}{suffix}".upper(): ""
    for name, value in UNSECURED.items()
    for suffix in ("", SUFFIX)
    if not suffix or isinstance(value, SecretStr)
}


def _is_given(value: Any) -> bool:  # noqa: ANN401  any field's value
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _name(setting: str) -> str:
    return f"TWILIO_PIPELINE_KAFKA_{setting}"


def _set_protocol() -> str:
    return f"set {_name('SECURITY_PROTOCOL')}"
