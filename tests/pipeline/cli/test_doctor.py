import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import web

from local.ports import free_port
from pipeline.cli.checks.configs import look_at_alerts, look_at_fallback, look_at_notifier
from pipeline.cli.checks.patient import find_patient
from pipeline.cli.checks.webhook import look_at_webhook
from pipeline.cli.main import run
from pipeline.errors import ConfigurationError
from pipeline.settings import IngestSettings, load
from tests.ingest.twilio_like import signature_of

ACCOUNT = "AC" + "0" * 32
ORIGIN = "https://events.example.com"


class Ingress:
    """Answers as told, and notes the signatures it was shown."""

    def __init__(self) -> None:
        self.signed, self.unsigned = web.Response(), web.Response(status=403, text="no_signature\n")
        self.shown: list[str] = []
        self.bodies: set[bytes] = set()
        self.url = ""

    async def post(self, request: web.Request) -> web.Response:
        self.bodies.add(await request.read())
        signature = request.headers.get("X-Twilio-Signature", "")
        if signature:
            self.shown.append(signature)
        answer = self.signed if signature else self.unsigned
        return web.Response(status=answer.status, text=answer.text)


@pytest.fixture
async def ingress() -> AsyncIterator[Ingress]:
    made = Ingress()
    app = web.Application()
    app.router.add_post("/twilio/events", made.post)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/twilio/events"
    yield made
    await runner.cleanup()


def settings(tokens: str = "one", **more: object) -> IngestSettings:
    return load(IngestSettings, public_url=f"{ORIGIN}/twilio/events", auth_tokens=tokens, **more)


async def test_each_token_signs_a_request_without_events(ingress: Ingress, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("three\n")
    given = settings(f"one,{ACCOUNT}:two", auth_tokens_file=tmp_path / "tokens")
    found = await look_at_webhook(given, ingress.url)
    assert [each.grade for each in found] == ["ok"] * 4
    assert found[3].seen == f"{ingress.url} refuses what nobody signed"
    target = f"/twilio/events?bodySHA256={sha256(b'[]').hexdigest()}"
    assert ingress.shown == [
        signature_of(target, token, ORIGIN) for token in ("one", "two", "three")
    ]
    assert ingress.bodies == {b"[]"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((403, "wrong_signature\n"), "refuses what token 1 of 1 has signed (wrong_signature)"),
        ((503, "Kafka does not answer\n"), "takes no events now (Kafka does not answer)"),
        ((404, "<html>secret</html>"), "answers 404: no webhook is there"),
        ((301, ""), "answers 301: no webhook is there"),
    ],
)
async def test_what_the_ingress_answers_is_told(
    ingress: Ingress, answer: tuple[int, str], said: str
) -> None:
    ingress.signed = web.Response(status=answer[0], text=answer[1])
    (found,) = await look_at_webhook(settings(), ingress.url)
    assert (found.grade, found.seen) == ("fail", f"{ingress.url} {said}")
    assert found.do


async def test_somebody_elses_answer_is_not_taken_for_the_ingress(ingress: Ingress) -> None:
    ingress.unsigned = web.Response(status=200)
    found = await look_at_webhook(settings(), ingress.url)
    assert [each.grade for each in found] == ["ok", "fail"]
    quarantining = settings(signature_failure="quarantine")
    assert [each.grade for each in await look_at_webhook(quarantining, ingress.url)] == ["ok"]


async def test_an_ingress_that_is_away_is_told_once() -> None:
    url = f"http://127.0.0.1:{free_port()}/twilio/events"
    (found,) = await look_at_webhook(settings("one,two"), url)
    assert found.seen == f"{url} can't be posted to from here: Connection refused"
    with pytest.raises(ConfigurationError, match="AUTH_TOKENS_FILE: can't read"):
        await look_at_webhook(settings(auth_tokens_file=Path("/nowhere/tokens")), url)
    with pytest.raises(ConfigurationError, match="AUTH_TOKENS_FILE: no token is in it"):
        await look_at_webhook(settings("", auth_tokens_file=Path("/dev/null")), url)


async def test_configurations_are_read_as_the_parts_read_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (await look_at_alerts())[0].seen == "no file, the usual tuning"
    assert (await look_at_notifier())[0].grade == "warn"
    assert (await look_at_fallback())[0].seen.endswith("planned and shown, nothing is sent")
    bad = tmp_path / "bad.toml"
    bad.write_text("nothing = of this\n")
    for part, look in (("ALERTS_CONFIG", look_at_alerts), ("NOTIFIER_CONFIG", look_at_notifier)):
        monkeypatch.setenv(f"TWILIO_PIPELINE_{part}", str(bad))
        with pytest.raises(ConfigurationError, match=r"bad\.toml"):
            await look()


def test_everything_that_is_wrong_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kafka, clickhouse = f"127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("TWILIO_PIPELINE_CLICKHOUSE_URL", clickhouse)
    monkeypatch.setenv("TWILIO_PIPELINE_PRIVACY_HASH_KEY", "0123456789abcdef")
    assert run(["doctor", "--part", "sink,notifier", "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.err == ""
    graded = {each["check"]: each for each in json.loads(printed.out)}
    assert {name: each["grade"] for name, each in graded.items()} == {
        "kafka": "fail",
        "kafka.topics": "warn",
        "kafka.groups": "warn",
        "kafka.clock": "warn",
        "clickhouse": "fail",
        "clickhouse.schema": "warn",
        "clickhouse.rights": "warn",
        "privacy.key": "ok",
        "notifier.config": "warn",
    }
    assert graded["kafka"]["seen"].startswith(f"Kafka at {kafka} does not answer (Connection ref")
    assert graded["clickhouse"]["seen"].startswith(f"ClickHouse at {clickhouse} does not answer")
    assert run(["doctor", "--part", "sink,notifier"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("FAIL  kafka              Kafka at ")
    assert lines[-1] == "1 ok, 6 to look at, 2 failed"


def test_a_part_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--part", "ingest,sinks"]) == 2
    assert capsys.readouterr().err.startswith("twilio-pipeline: no part 'sinks': --part takes")


def test_without_a_stack_or_a_variable_nothing_is_guessed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match="no stack is known here"):
        find_patient(None)
    monkeypatch.setenv("TWILIO_PIPELINE_INGEST_PUBLIC_URL", f"{ORIGIN}/twilio/events")
    assert find_patient(None).stack is None
