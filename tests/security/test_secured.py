"""Kafka with SASL and TLS, ClickHouse with TLS: every way in, every door that stays shut.

All in one file, for one broker.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from pipeline.cli.main import run
from pipeline.errors import PipelineError, UnavailableError
from pipeline.event_loop import new_event_loop
from pipeline.settings import ClickHouseSettings, load
from pipeline.topics import connected_admin
from sinks.clickhouse import connect
from tests.security.broker import PASSWORD, USER, SecuredBroker, secured_broker
from tests.security.installation import CLICKHOUSE, KAFKA, TOKEN, Installation, post
from tests.security.tls_front import tls_front
from tests.security.tokens import CLIENT, SECRET, Endpoint, token, token_endpoint
from tests.sinks.events import PERSON, message
from tests.sinks.stand import HASH_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local.clickhouse.process import ClickHouseProcess
    from pipeline.settings import KafkaSettings

WAIT_S = 60.0
_STORY = ("sent", "delivered")
_OF = ("--part", "ingest,lifecycle", "--part", "sink")
#: Shorter than the test: brokers end a connection whose token is over, and a new one is needed.
TOKEN_LIFE_S = 4.0


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredBroker]:
    with secured_broker(tmp_path_factory.mktemp("secured")) as made:
        yield made


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with token_endpoint() as made:
        yield made


def by_token(broker: SecuredBroker, file: Path, text: str) -> KafkaSettings:
    file.write_text(text)
    return broker.settings(sasl_mechanism="OAUTHBEARER", oauth_token_file=file)


def by_grant(broker: SecuredBroker, endpoint: Endpoint, secret: str = SECRET) -> KafkaSettings:
    return broker.settings(
        sasl_mechanism="OAUTHBEARER",
        oauth_token_url=endpoint.url,
        oauth_client_id=CLIENT,
        oauth_client_secret=secret,
    )


def by_certificate(broker: SecuredBroker, certificate: Path | None) -> KafkaSettings:
    return broker.settings(
        bootstrap_servers=broker.by_certificate,
        security_protocol="SSL",
        ssl_certificate_file=certificate,
    )


def enter(settings: KafkaSettings) -> None:
    """Connect as the parts do; raises what they would."""

    async def ask() -> None:
        async with connected_admin(settings) as admin:
            await admin.list_topics()

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(ask())


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_password_opens(broker: SecuredBroker, mechanism: str) -> None:
    enter(broker.login(mechanism))


def test_a_token_or_a_certificate_opens(
    broker: SecuredBroker, endpoint: Endpoint, tmp_path: Path
) -> None:
    enter(by_token(broker, tmp_path / "token", f"{token(60)}\n"))
    before = endpoint.granted
    enter(by_grant(broker, endpoint))
    enter(by_grant(broker, endpoint))
    assert endpoint.granted == before + 1
    enter(by_certificate(broker, broker.certificates.client))


def refused(settings: KafkaSettings) -> str:
    with pytest.raises(UnavailableError) as failure:
        enter(settings)
    said = str(failure.value)
    assert "\n" not in said
    for secret in (PASSWORD, "wrong-horse", SECRET, "Bearer"):
        assert secret not in said
    return said


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_a_wrong_password_is_told(broker: SecuredBroker, mechanism: str) -> None:
    said = refused(broker.login(mechanism, "wrong-horse"))
    assert said == (
        f"Kafka at {broker.by_login} refuses us: check {KAFKA}USERNAME and {KAFKA}PASSWORD, and "
        f"that the brokers know this user for {mechanism}"
    )


def test_a_wrong_authority_is_told(broker: SecuredBroker) -> None:
    stranger = {"ssl_ca_file": broker.certificates.stranger}
    said = refused(broker.login().model_copy(update=stranger))
    assert said.startswith(f"Kafka at {broker.by_login} has a certificate that can't be trusted (")
    assert f"set {KAFKA}SSL_CA_FILE to the authority that signed it" in said


def test_tokens_that_open_nothing_are_told(
    broker: SecuredBroker, endpoint: Endpoint, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    said = refused(by_token(broker, file, token(-60)))
    assert said.startswith(f"the token in {file} expired at 20")
    assert refused(by_token(broker, file, "\n")).startswith(f"there is no token in {file}")
    said = refused(by_token(broker, file, "some.opaque-token"))
    assert said.startswith(f"Kafka at {broker.by_login} refuses us: the token may have expired")
    said = refused(by_grant(broker, endpoint, "another"))
    assert said.startswith(f"{endpoint.url} refuses a token (HTTP 401, invalid_client): check")


def test_a_missing_or_unknown_certificate_is_told(broker: SecuredBroker) -> None:
    for certificate in (None, broker.certificates.unknown):
        said = refused(by_certificate(broker, certificate))
        assert f"a certificate that it trusts ({KAFKA}SSL_CERTIFICATE_FILE)" in said


def test_the_wrong_protocol_is_told(broker: SecuredBroker) -> None:
    plain = {"security_protocol": "PLAINTEXT", "sasl_mechanism": None}
    said = refused(broker.login().model_copy(update=plain))
    assert said == (
        f"Kafka at {broker.by_login} closes the connection: it may want TLS or SASL: set "
        f"{KAFKA}SECURITY_PROTOCOL or the port"
    )
    said = refused(
        broker.settings(
            bootstrap_servers=broker.by_certificate,
            ssl_certificate_file=broker.certificates.client,
            sasl_mechanism="PLAIN",
            username=USER,
            password=PASSWORD,
        )
    )
    assert said.startswith(f"Kafka at {broker.by_certificate} wants no SASL on this port")


@pytest.fixture
def tls_clickhouse(clickhouse: ClickHouseProcess, broker: SecuredBroker) -> Iterator[int]:
    with tls_front(broker.certificates.server, clickhouse.port) as port:
        yield port


def test_clickhouse_is_believed_by_its_authority(
    clickhouse: ClickHouseProcess, broker: SecuredBroker, tls_clickhouse: int
) -> None:
    def ask(authority: Path | None) -> int:
        settings = load(
            ClickHouseSettings,
            url=f"https://127.0.0.1:{tls_clickhouse}",
            ca_file=authority,
            user=clickhouse.user,
            password=SecretStr(clickhouse.password),
            database="default",
        )
        with connect(settings) as client:
            return int(str(client.command("SELECT 7")))

    assert ask(broker.certificates.authority) == 7
    for authority in (broker.certificates.stranger, None):
        with pytest.raises(PipelineError) as failure:
            ask(authority)
        said = str(failure.value)
        assert f"set {CLICKHOUSE}CA_FILE to the authority that signed it" in said
        assert said.count("\n") == 0


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.fixture
def installation(
    broker: SecuredBroker,
    endpoint: Endpoint,
    clickhouse: ClickHouseProcess,
    tls_clickhouse: int,
    tmp_path: Path,
) -> Installation:
    return Installation(tmp_path, broker, endpoint, clickhouse, tls_clickhouse)


def test_a_message_goes_all_the_way_and_the_doctor_finds_nothing(
    installation: Installation,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    endpoint.life_s = TOKEN_LIFE_S
    here = installation
    for name in [name for name in os.environ if name.startswith("TWILIO_PIPELINE_")]:
        monkeypatch.delenv(name)
    for name, value in {**here.shared, **here.login("PLAIN")}.items():
        monkeypatch.setenv(name, value)
    assert run(["topics", "create"]) == 0
    assert run(["migrate"]) == 0
    with here.at_work():
        assert post(here.ingest_url, *(message(status, time=now()) for status in _STORY)) == 200
        until(lambda: here.count("messages") == 1, here.logs())
        until(lambda: here.count("delivery_windows") > 0, here.logs())
        granted = endpoint.granted
        until(lambda: endpoint.granted > granted, "the ingress needed no other token")
        assert post(here.ingest_url, message("sent", number=2, time=now())) == 200
        until(lambda: here.count("messages") == 2, here.logs())
        capsys.readouterr()
        assert run(["doctor", *_OF, "--json", "--ingest-url", here.ingest_url]) == 0
        findings = json.loads(capsys.readouterr().out)
    graded = {finding["check"]: finding for finding in findings}
    assert graded["kafka"]["seen"].startswith(f"1 answer by SASL_SSL PLAIN as {USER}: 127.0.0.1:")
    assert [finding for finding in findings if finding["grade"] != "ok"] == []
    assert graded.keys() == {
        *("kafka", "kafka.tls", "kafka.topics", "kafka.groups", "kafka.clock"),
        *("clickhouse", "clickhouse.clock", "clickhouse.schema", "clickhouse.rights"),
        *("privacy.key", "ingest.spool", "ingest.webhook"),
    }
    assert graded["privacy.key"]["seen"] == "the key gives the hashes that are stored"
    assert graded["ingest.webhook"]["seen"].endswith(" refuses what nobody signed")
    secrets = (PASSWORD, SECRET, TOKEN, here.clickhouse_password, HASH_KEY, PERSON)
    for text in (here.logs(), json.dumps(findings)):
        assert not [secret for secret in secrets if secret in text]
