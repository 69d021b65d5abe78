"""What all channels over HTTP have in common, each against a real server."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import structlog
from structlog.testing import capture_logs

from local.ports import free_port
from processors.notifier.channels.alertmanager import Alertmanager
from processors.notifier.channels.base import Channel
from processors.notifier.channels.opsgenie import Opsgenie
from processors.notifier.channels.pagerduty import PagerDuty
from processors.notifier.channels.slack import Slack
from processors.notifier.channels.teams import Teams
from processors.notifier.channels.webhook import Webhook
from processors.notifier.config import Config
from processors.notifier.message import Answer, Message, Transition
from processors.notifier.performer import send
from processors.notifier.sample import sample_message
from tests.processors.notifier.channels.conftest import SECRET
from tests.processors.notifier.channels.receiver import Receiver
from tests.processors.notifier.stage import START, alert, notice

#: Makes a channel that posts to a base URL; secrets come from THE_URL and THE_SECRET.
Make = Callable[[str], Channel]

CHANNELS: dict[str, Make] = {
    "alertmanager": lambda url: Alertmanager(name="c", timeout_s=0.3, url=url),
    "opsgenie": lambda url: Opsgenie(
        name="c", timeout_s=0.3, api_url=url, api_key_env="THE_SECRET"
    ),
    "pagerduty": lambda url: PagerDuty(
        name="c", timeout_s=0.3, api_url=url, routing_key_env="THE_SECRET"
    ),
    "slack-app": lambda url: Slack(
        name="c", timeout_s=0.3, api_url=url, token_env="THE_SECRET", channel="C1"
    ),
    "slack-webhook": lambda _: Slack(name="c", timeout_s=0.3, webhook_url_env="THE_URL"),
    "teams": lambda _: Teams(name="c", timeout_s=0.3, webhook_url_env="THE_URL"),
    "webhook": lambda _: Webhook(
        name="c", timeout_s=0.3, url_env="THE_URL", secret_env="THE_SECRET"
    ),
}


@pytest.fixture(params=CHANNELS)
def make(request: pytest.FixtureRequest) -> Make:
    return CHANNELS[request.param]


def firing(transition: Transition = "firing") -> Message:
    return Message(
        id="i1/1/c", key="i1", transition=transition, about=alert(), sent_at=START // 1000
    )


async def test_it_is_sent_and_says_what_happened(make: Make, receiver: Receiver) -> None:
    channel = make(receiver.url)
    channel.check()
    answer = await channel.send(firing())
    assert answer.end == "sent"
    assert len(receiver.got) == 1
    text = receiver.got[0].body.decode()
    assert receiver.got[0].headers["Content-Type"] == "application/json"
    for part in ("failures 42.0% instead of 5.0%: country DE", "30003", "carrier", "SELECT 1"):
        assert part in text


async def test_all_kinds_of_messages_can_be_said(make: Make, receiver: Receiver) -> None:
    channel = make(receiver.url)
    about = Message(id="n/1/c", key="n", transition="notice", about=notice(1), sent_at=1)
    messages = [about, firing("updated"), sample_message("test", 1, "t")]
    over = Message(
        id="i1/3/c", key="i1", transition="resolved", about=alert("resolved", 3), sent_at=1
    )
    for message in (*messages, over):
        assert (await channel.send(message)).end == "sent"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 301])
async def test_what_is_refused_for_good(make: Make, receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": "http://127.0.0.1:1/"}
    assert await make(receiver.url).send(firing()) == Answer(end="refused", reason=f"HTTP {status}")


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_in_trouble_is_tried_later(
    make: Make, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    assert await make(receiver.url).send(firing()) == Answer(
        end="later", reason=f"HTTP {status}", may_have_arrived=True
    )


@pytest.mark.parametrize(
    ("asked", "expected"), [("17", 17), ("99999", 3600), ("soon", 0), ("nan", 0), ("-5", 0)]
)
async def test_too_many_requests_say_when(
    make: Make, receiver: Receiver, asked: str, expected: float
) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": asked}
    answer = await make(receiver.url).send(firing())
    assert answer == Answer(end="later", reason="HTTP 429", retry_after_s=expected)


async def test_a_date_to_try_again_at(make: Make, receiver: Receiver) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=60)
    receiver.status = 429
    receiver.headers = {"Retry-After": format_datetime(moment, usegmt=True)}
    answer = await make(receiver.url).send(firing())
    assert 55 <= answer.retry_after_s <= 60


async def test_no_answer_in_time_may_have_arrived(make: Make, receiver: Receiver) -> None:
    receiver.delay_s = 5
    started = time.monotonic()
    answer = await make(receiver.url).send(firing())
    assert time.monotonic() - started < 3
    assert answer == Answer(end="later", reason="timed out", may_have_arrived=True)


async def test_a_refused_connection_has_not_arrived(
    make: Make, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    del receiver
    nowhere = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("THE_URL", f"{nowhere}/hook")
    assert await make(nowhere).send(firing()) == Answer(end="later", reason="can't connect")


async def test_repeats_are_alike_and_transitions_share_a_key(
    make: Make, receiver: Receiver
) -> None:
    channel = make(receiver.url)
    message = sample_message("firing", START // 1000, "KEY-1")
    for _ in range(2):
        await channel.send(message)
    await channel.send(sample_message("resolved", START // 1000 + 9, "KEY-1"))
    first, second, over = (got.path.encode() + got.body for got in receiver.got)
    assert first == second
    assert b"KEY-1" in first
    assert b"KEY-1" in over


async def test_no_secret_and_no_answer_shows_in_logs_and_reasons(
    make: Make, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.body = {"ok": False, "error": f"said {SECRET}", "message": SECRET}
    caplog.set_level(logging.DEBUG)
    config = Config(channels=(make(receiver.url),))  # type: ignore[arg-type]  # one of them
    with capture_logs() as logs:
        for status in (200, 400, 429, 500):
            receiver.status = status
            answer = await send(config, "c", firing())
            assert SECRET not in answer.reason
        receiver.delay_s = 5
        await send(config, "c", firing())
    assert SECRET not in json.dumps(logs)
    assert SECRET not in caplog.text
    assert len(logs) >= 4
    structlog.reset_defaults()


async def test_names_from_outside_break_no_form(make: Make, receiver: Receiver) -> None:
    strange = 'line one\r\nX: two \x00 \u00fc \U0001f600 "quoted" %41'
    about = alert(name=strange, title=strange, slice={"country": strange})
    message = Message(id=strange, key=strange, transition="firing", about=about, sent_at=1)
    assert (await make(receiver.url).send(message)).end == "sent"
    assert "X" not in receiver.got[0].headers
