from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from pipeline.errors import ConfigurationError
from pipeline.settings import ClickHouseSettings, KafkaSettings, load
from pipeline.settings.kafka_connection import UNSECURED, UNSECURED_ENVIRONMENT

PREFIX = "TWILIO_PIPELINE_KAFKA_"
LOGIN = {"username": "u", "password": "p"}
SCRAM = {"security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512"}
BEARER = {"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"}
GRANT = {
    "oauth_token_url": "https://idp.example/token",
    "oauth_client_id": "i",
    "oauth_client_secret": "s",
}


def test_several_brokers_are_named() -> None:
    servers = load(KafkaSettings, bootstrap_servers=" a.example:9092,b:9093 , [::1]:9094,").servers
    assert servers == ("a.example:9092", "b:9093", "[::1]:9094")


@pytest.mark.parametrize(
    "servers", ["", " , ", "kafka", "kafka://a:1", "a:0", "a:65536", "a:1;b:2"]
)
def test_what_names_no_broker_is_refused(servers: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^set {PREFIX}BOOTSTRAP_SERVERS: name "):
        load(KafkaSettings, bootstrap_servers=servers)


@pytest.mark.parametrize(
    ("settings", "encrypts", "authenticates"),
    [
        ({}, False, False),
        ({"security_protocol": "SSL", "ssl_certificate_file": "me.pem"}, True, False),
        ({**SCRAM, **LOGIN}, True, True),
        ({**SCRAM, **LOGIN, "security_protocol": "SASL_PLAINTEXT"}, False, True),
        ({**BEARER, **GRANT, "oauth_scope": "kafka"}, True, True),
        ({**BEARER, "oauth_token_file": "token"}, True, True),
    ],
)
def test_ways_in(settings: dict[str, Any], encrypts: bool, authenticates: bool) -> None:
    loaded = load(KafkaSettings, **settings)
    assert (loaded.encrypts, loaded.authenticates) == (encrypts, authenticates)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (LOGIN, "USERNAME goes with SASL"),
        ({"sasl_mechanism": "PLAIN"}, "SASL_MECHANISM goes with SASL"),
        ({"ssl_ca_file": "ca.pem"}, "SSL_CA_FILE goes with SSL or SASL_SSL"),
        ({**SCRAM, **LOGIN, "security_protocol": "SASL_PLAINTEXT", "ssl_ca_file": "ca"}, "SSL_CA"),
        ({"security_protocol": "SSL", "ssl_key_file": "key.pem"}, "SSL_KEY_FILE is the key of a"),
        ({"security_protocol": "SASL_SSL", **LOGIN}, "SASL_MECHANISM to the one your user has"),
        ({**SCRAM, "password": "p"}, "USERNAME: SCRAM-SHA-512 needs it"),
        ({**SCRAM, "username": "u"}, "PASSWORD: SCRAM-SHA-512 needs it"),
        ({**SCRAM, **LOGIN, **GRANT}, "OAUTH_TOKEN_URL goes with OAUTHBEARER"),
        ({**BEARER, **GRANT, **LOGIN}, "USERNAME goes with PLAIN or SCRAM"),
        (BEARER, "set either"),
        ({**BEARER, **GRANT, "oauth_token_file": "t"}, "set either"),
        ({**BEARER, **GRANT, "oauth_client_secret": ""}, "OAUTH_CLIENT_SECRET: "),
        ({**BEARER, **GRANT, "oauth_token_url": "http://idp.example/t"}, "OAUTH_TOKEN_URL: must"),
        ({**SCRAM, **LOGIN, "sasl_mechanism": "GSSAPI"}, "SASL_MECHANISM: "),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as failure:
        load(KafkaSettings, **settings)
    assert said in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_token_endpoint_on_this_machine_needs_no_tls() -> None:
    here = "http://127.0.0.1:8080/token"
    loaded = load(KafkaSettings, **{**BEARER, **GRANT, "oauth_token_url": here})
    assert loaded.oauth_token_url == here


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in UNSECURED_ENVIRONMENT:
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("TWILIO_PIPELINE_CLICKHOUSE_CA_FILE", "")
    assert load(KafkaSettings).security_protocol == "PLAINTEXT"
    assert load(ClickHouseSettings).ca_file is None


def test_a_stack_of_ones_own_stays_plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p")
    outside = {
        "SECURITY_PROTOCOL": "SASL_SSL",
        "SASL_MECHANISM": "PLAIN",
        "USERNAME": "u",
        "PASSWORD_FILE": str(tmp_path / "password"),
    }
    for name, value in outside.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    assert load(KafkaSettings).security_protocol == "SASL_SSL"
    assert load(KafkaSettings, **UNSECURED).security_protocol == "PLAINTEXT"
    assert {f"{PREFIX}{name}" for name in outside} <= UNSECURED_ENVIRONMENT.keys()
    for name, value in UNSECURED_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert load(KafkaSettings).username == ""


def test_secrets_never_show() -> None:
    settings = load(KafkaSettings, **SCRAM, username="u", password="hidden-word")
    assert "hidden-word" not in repr(settings)
    assert settings.password == SecretStr("hidden-word")
