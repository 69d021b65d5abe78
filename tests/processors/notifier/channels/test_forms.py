"""What each service expects, and how it folds repeats and follows an incident."""

import hashlib
import hmac
import time
from typing import get_args

from pipeline.items.alert import State
from processors.notifier.channels.alertmanager import Alertmanager
from processors.notifier.channels.opsgenie import Opsgenie
from processors.notifier.channels.pagerduty import PagerDuty
from processors.notifier.channels.slack import Slack
from processors.notifier.channels.teams import Teams
from processors.notifier.channels.webhook import Webhook
from processors.notifier.message import Message, Transition
from tests.processors.notifier.channels.conftest import SECRET
from tests.processors.notifier.channels.receiver import Receiver
from tests.processors.notifier.stage import START, alert

SENT_AT = START // 1000


def message(transition: Transition = "firing", reference: str = "") -> Message:
    state: State = "resolved" if transition == "resolved" else "firing"
    return Message(
        id=f"i1/{transition}/c",
        key="i1",
        transition=transition,
        about=alert(state),
        sent_at=SENT_AT,
        reference=reference,
    )


async def test_pagerduty_triggers_and_resolves_by_one_key(receiver: Receiver) -> None:
    channel = PagerDuty(name="c", routing_key_env="THE_SECRET", api_url=receiver.url)
    await channel.send(message())
    await channel.send(message("acknowledged"))
    await channel.send(message("resolved"))
    first, known, last = (got.json for got in receiver.got)
    assert receiver.got[0].path == "/v2/enqueue"
    assert (known["event_action"], known["dedup_key"]) == ("acknowledge", "i1")
    assert (first["routing_key"], first["event_action"], first["dedup_key"]) == (
        SECRET,
        "trigger",
        "i1",
    )
    payload = first["payload"]
    assert payload["summary"].startswith("FIRING: failures 42.0%")
    assert payload["severity"] == "critical"
    assert payload["custom_details"]["Failure rate"] == "42.0% (38.0% to 46.0%) instead of 5.0%"
    assert last == {"routing_key": SECRET, "event_action": "resolve", "dedup_key": "i1"}


async def test_opsgenie_creates_notes_and_closes_by_alias(receiver: Receiver) -> None:
    channel = Opsgenie(name="c", api_key_env="THE_SECRET", api_url=receiver.url)
    receiver.status = 202
    for transition in (*get_args(State), "acknowledged"):
        assert (await channel.send(message(transition))).end == "sent"
    assert [got.path for got in receiver.got] == [
        "/v2/alerts",
        "/v2/alerts",
        "/v2/alerts/i1/notes?identifierType=alias",
        "/v2/alerts/i1/close?identifierType=alias",
        "/v2/alerts/i1/acknowledge?identifierType=alias",
    ]
    assert receiver.got[0].headers["Authorization"] == f"GenieKey {SECRET}"
    created = receiver.got[0].json
    assert (created["alias"], created["priority"]) == ("i1", "P1")
    assert len(created["message"]) <= 130


async def test_alertmanager_is_told_the_end_ahead_and_then_the_real_one(
    receiver: Receiver,
) -> None:
    channel = Alertmanager(
        name="c", url=receiver.url, token_env="THE_SECRET", labels={"team": "messaging"}
    )
    await channel.send(message())
    await channel.send(message("resolved"))
    ((first,), (last,)) = (got.json for got in receiver.got)
    assert receiver.got[0].path == "/api/v2/alerts"
    assert receiver.got[0].headers["Authorization"] == f"Bearer {SECRET}"
    assert first["labels"] == last["labels"]
    assert first["labels"] == {
        "alertname": "twilio_failures",
        "incident": "i1",
        "team": "messaging",
    }
    assert first["startsAt"] == "2025-10-09T08:48:20+00:00"
    assert first["endsAt"] == "2025-10-09T08:58:20+00:00"
    assert last["endsAt"] == "2025-10-09T09:08:20+00:00"
    assert channel.repeat_s == 60


async def test_a_slack_app_keeps_one_thread(receiver: Receiver) -> None:
    channel = Slack(name="c", token_env="THE_SECRET", channel="C1", api_url=receiver.url)
    answer = await channel.send(message())
    assert answer.reference == "C1:17.5"
    again = await channel.send(message("resolved", reference=answer.reference))
    assert again.reference == "C1:17.5"
    assert [got.path for got in receiver.got] == [
        "/api/chat.postMessage",
        "/api/chat.update",
        "/api/chat.postMessage",
    ]
    first, changed, said = (got.json for got in receiver.got)
    assert (first["channel"], "thread_ts" in first) == ("C1", False)
    assert (changed["ts"], said["thread_ts"]) == ("17.5", "17.5")
    assert changed["text"].startswith("RESOLVED")
    assert receiver.got[0].headers["Authorization"] == f"Bearer {SECRET}"


async def test_slack_says_in_words_what_it_refuses(receiver: Receiver) -> None:
    channel = Slack(name="c", token_env="THE_SECRET", channel="C1", api_url=receiver.url)
    receiver.body = {"ok": False, "error": "channel_not_found"}
    refused = await channel.send(message())
    assert (refused.end, refused.reason) == ("refused", "Slack: channel_not_found")
    receiver.body = {"ok": False, "error": "internal_error"}
    assert (await channel.send(message())).end == "later"


async def test_text_for_slack_can_say_nothing_but_text(receiver: Receiver) -> None:
    channel = Slack(name="c", webhook_url_env="THE_URL")
    about = alert(title="<!channel> & more")
    await channel.send(Message(id="i", key="i", transition="firing", about=about, sent_at=SENT_AT))
    assert "&lt;!channel&gt; &amp; more" in receiver.got[0].json["text"]
    assert receiver.got[0].path.endswith(f"/hook/{SECRET}")


async def test_teams_gets_a_card(receiver: Receiver) -> None:
    await Teams(name="c", webhook_url_env="THE_URL").send(message())
    (attachment,) = receiver.got[0].json["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    heading, known, *_ = attachment["content"]["body"]
    assert (heading["color"], known["type"]) == ("Attention", "FactSet")
    assert {"title": "Likely cause", "value": "carrier"} in known["facts"]


async def test_a_webhook_is_signed_over_time_and_body(receiver: Receiver) -> None:
    channel = Webhook(name="c", url=f"{receiver.url}/hook", secret_env="THE_SECRET")
    await channel.send(message())
    (got,) = receiver.got
    assert got.headers["Twilio-Pipeline-Id"] == "i1/firing/c"
    assert got.headers["Twilio-Pipeline-Key"] == "i1"
    at, digest = (
        part.split("=")[1] for part in got.headers["Twilio-Pipeline-Signature"].split(",")
    )
    assert abs(int(at) - time.time()) < 60
    expected = hmac.new(SECRET.encode(), f"{at}.".encode() + got.body, hashlib.sha256)
    assert digest == expected.hexdigest()
    assert got.json["about"]["type"] == "alert"
    assert got.json["about"]["id"] == "i1"
