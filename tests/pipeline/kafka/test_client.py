import logging
import ssl
from pathlib import Path

import pytest
import trustme
from aiokafka.errors import SaslAuthenticationFailed
from cryptography.hazmat.primitives import serialization

from pipeline.errors import ConfigurationError
from pipeline.kafka import client, client_arguments
from pipeline.kafka.bearer import StrictAuthenticator
from pipeline.kafka.tokens import FileTokens
from pipeline.settings import KafkaSettings, load
from processors.runtime.credentials import credentials_of
from tests.security.certificates import Certificates

PREFIX = "TWILIO_PIPELINE_KAFKA_SSL_"


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates.make(tmp_path)


def login(protocol: str = "SASL_SSL") -> KafkaSettings:
    return load(
        KafkaSettings,
        bootstrap_servers="a:1,b:2",
        security_protocol=protocol,
        sasl_mechanism="SCRAM-SHA-256",
        username="me",
        password="word",
    )


def bearer(file: Path) -> KafkaSettings:
    return load(
        KafkaSettings,
        security_protocol="SASL_SSL",
        sasl_mechanism="OAUTHBEARER",
        oauth_token_file=file,
    )


def test_nothing_is_asked_of_a_plain_broker() -> None:
    settings = load(KafkaSettings, bootstrap_servers="a:1,b:2")
    assert client_arguments(settings) == {
        "bootstrap_servers": "a:1,b:2",
        "security_protocol": "PLAINTEXT",
    }
    assert credentials_of(settings) is None


def test_certificates_and_names_are_always_checked() -> None:
    arguments = client_arguments(login())
    context = arguments["ssl_context"]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert arguments["sasl_mechanism"] == "SCRAM-SHA-256"
    assert arguments["sasl_plain_username"] == "me"
    assert arguments["sasl_plain_password"] == "word"  # noqa: S105  guards nothing


def test_faust_is_told_the_same(certificates: Certificates, tmp_path: Path) -> None:
    told = vars(credentials_of(login()))
    assert (told["username"], told["password"], told["mechanism"].value) == (
        *("me", "word"),
        "SCRAM-SHA-256",
    )
    assert told["protocol"].value == "SASL_SSL"
    assert told["ssl_context"].check_hostname
    assert "word" not in repr(credentials_of(login()))
    with_token = vars(credentials_of(bearer(tmp_path / "token")))
    assert isinstance(with_token["oauth_cb"], FileTokens)
    assert with_token["protocol"].value == "SASL_SSL"
    with_certificate = load(
        KafkaSettings, security_protocol="SSL", ssl_certificate_file=certificates.client
    )
    assert vars(credentials_of(with_certificate))["context"].check_hostname


def test_all_clients_of_a_process_share_one_source_of_tokens(tmp_path: Path) -> None:
    settings = bearer(tmp_path / "token")
    first, second = client_arguments(settings), client_arguments(settings)
    assert first["sasl_oauth_token_provider"] is second["sasl_oauth_token_provider"]


def test_credentials_in_the_clear_are_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    client._warn_once.cache_clear()  # noqa: SLF001  other tests may have been warned
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            client_arguments(login("SASL_PLAINTEXT"))
        client_arguments(login())
    assert [(record.levelname, record.name) for record in caplog.records] == [
        ("WARNING", "pipeline.kafka.client")
    ]
    assert "unencrypted" in caplog.text
    assert "word" not in caplog.text


def test_files_that_cannot_be_used_are_told(certificates: Certificates, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    for file, why in ((tmp_path / "absent", "No such file"), (empty, str(empty))):
        settings = load(KafkaSettings, security_protocol="SSL", ssl_ca_file=file)
        with pytest.raises(ConfigurationError, match=f"^set {PREFIX}CA_FILE .*{why}"):
            client_arguments(settings)
    for certificate in (empty, tmp_path / "absent", certificates.authority):
        settings = load(KafkaSettings, security_protocol="SSL", ssl_certificate_file=certificate)
        with pytest.raises(ConfigurationError, match=f"^set {PREFIX}CERTIFICATE_FILE, "):
            client_arguments(settings)


def test_a_locked_key_needs_its_password(tmp_path: Path) -> None:
    made = trustme.CA().issue_cert("me@example.org")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.cert_chain_pems[0].bytes())
    key.write_bytes(locked(made, b"opens"))

    def arguments(password: str) -> dict[str, object]:
        return client_arguments(
            load(
                KafkaSettings,
                security_protocol="SSL",
                ssl_certificate_file=certificate,
                ssl_key_file=key,
                ssl_key_password=password,
            )
        )

    assert "ssl_context" in arguments("opens")
    for password in ("wrong", ""):
        with pytest.raises(ConfigurationError, match=f"{PREFIX}KEY_PASSWORD"):
            arguments(password)


def locked(made: trustme.LeafCert, password: bytes) -> bytes:
    key = serialization.load_pem_private_key(made.private_key_pem.bytes(), None)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )


async def test_a_refused_token_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("some.token")
    authenticator = StrictAuthenticator(sasl_oauth_token_provider=FileTokens(tmp_path / "token"))
    assert await authenticator.step(None) == (b"n,,\x01auth=Bearer some.token\x01\x01", True)
    with pytest.raises(SaslAuthenticationFailed):
        await authenticator.step(b'{"status":"invalid_token"}')
    assert await authenticator.step(b"") is None
