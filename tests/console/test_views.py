"""Each view on real rows: what it tells can be reckoned by hand from what was stored."""

import pytest

from tests.console.filled import ALERT, CALL, CODE, HOUR, LOST, NUMBER, PLAN, SENT, START, sid
from tests.console.stand import Stand
from tests.sinks.stand import RECEIVED_AT

MINUTE = START + 60
LATENCY_MS = pytest.approx(3_000, rel=0.011)


async def test_delivery_over_time(stand: Stand) -> None:
    told = await stand.get(f"/api/delivery?{HOUR}")
    assert (told["step"], len(told["t"]), told["t"][1]) == (60, 60, MINUTE)
    assert {name: told[name][:3] for name in ("sent", "delivered", "undelivered", "unknown")} == {
        "sent": [0, 20, None],
        "delivered": [0, 13, None],
        "undelivered": [0, 5, None],
        "unknown": [0, 2, None],
    }
    assert told["rate"][:3] == [None, pytest.approx(13 / 18), None]
    assert told["p50_ms"][1] == told["p95_ms"][1] == LATENCY_MS
    total = told["total"]
    assert (total["sent"], total["rate"]) == (20, pytest.approx(13 / 18))
    assert [total["low"], total["high"]] == pytest.approx([0.4913, 0.8750], abs=1e-4)
    assert total["p50_ms"] == LATENCY_MS


@pytest.mark.parametrize(
    ("chosen", "sent"),
    [
        ("country=DE", 10),
        ("country=DE&country=US", 20),
        ("carrier=310410", 10),
        ("channel=rcs", 0),
        ("service=MG1", 20),
        ("account=AC2", 0),
        ("product=voice", 4),
        ("country=", 0),
    ],
)
async def test_delivery_of_a_part(stand: Stand, chosen: str, sent: int) -> None:
    told = await stand.get(f"/api/delivery?{HOUR}&{chosen}")
    assert told["total"]["sent"] == sent


async def test_steps_add_up(stand: Stand) -> None:
    told = await stand.get(f"/api/delivery?from={START - 3600}&to={START + 3600}&step=3600")
    assert (told["t"], told["sent"]) == ([START - 3600, START], [4, 20])


async def test_a_breakdown_with_the_time_before(stand: Stand) -> None:
    told = await stand.get(f"/api/breakdown?{HOUR}&by=country")
    assert told["by"] == "country"
    german, american = told["rows"]
    assert (german["key"], german["label"], german["sent"]) == ("DE", "Germany", 10)
    assert (german["rate"], german["before_rate"]) == (0.5, None)
    assert (american["key"], american["rate"], american["before_rate"]) == ("US", 1.0, 1.0)
    assert american["p95_ms"] == LATENCY_MS


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("carrier", [("26201", "Germany 262-01"), ("310410", "United States 310-410")]),
        ("service", [("MG1", "MG1")]),
        ("channel", [("sms", "sms")]),
        ("product", [("messaging", "messaging")]),
        ("account", [("AC1", "AC1")]),
    ],
)
async def test_breakdowns(stand: Stand, by: str, rows: list[tuple[str, str]]) -> None:
    told = await stand.get(f"/api/breakdown?{HOUR}&by={by}")
    assert [(row["key"], row["label"]) for row in told["rows"]] == rows


async def test_the_funnel(stand: Stand) -> None:
    told = await stand.get(f"/api/otp?{HOUR}")
    assert told["funnel"] == {
        "started": 5,
        "sent": 0,
        "delivered": 3,
        "approved": 3,
        "canceled": 0,
        "expired": 1,
        "max_attempts": 0,
        "pending": 1,
    }
    assert (told["started"][:2], told["conversion"][:2]) == ([5, 0], [0.75, None])
    assert told["seconds_to_approve"] == {"p50": 10.0, "p95": 10.0}
    row = {"started": 5, "approved": 3, "conversion": 0.75}
    assert told["by_channel"] == [{"key": "sms", **row}]
    assert told["by_country"] == [{"key": "US", **row}]
    assert told["by_service"] == [{"key": "VA1", **row}]


async def test_calls(stand: Stand) -> None:
    told = await stand.get(f"/api/calls?{HOUR}")
    assert told["totals"] == {
        "completed": 3,
        "busy": 1,
        "no-answer": 0,
        "failed": 0,
        "canceled": 0,
        "unknown": 0,
    }
    assert told["outcomes"]["busy"][:3] == [0, 1, 0]
    assert (told["answer_rate"], told["p50_duration_s"]) == (0.75, 7.0)


async def test_errors_with_their_meaning(stand: Stand) -> None:
    told = await stand.get(f"/api/errors?{HOUR}")
    assert told["rows"] == [
        {
            "code": 30003,
            "product": "messaging",
            "count": 1,
            "first": START + 69,
            "last": START + 69,
            "meaning": "Unreachable destination handset",
            "class": "transient",
            "share": 1.0,
        }
    ]


async def test_what_is_on_and_what_was(stand: Stand) -> None:
    on = await stand.get("/api/alerts")
    (alert,) = on["alerts"]
    assert (alert["id"], alert["state"], alert["severity"]) == (ALERT, "firing", "page")
    assert (alert["baseline"], alert["observed"], alert["affected"]) == (0.05, 0.6, 55)
    assert (alert["started_at"], alert["detected_at"], alert["resolved_at"]) == (
        START,
        START + 60,
        None,
    )
    assert (alert["acknowledged_by"], alert["silenced"]) == (None, False)
    assert [notice["title"] for notice in on["notices"]] == ["Message delivery blocked"]
    everything = (await stand.get("/api/alerts?state=all"))["alerts"]
    assert [each["id"] for each in everything] == [ALERT, "over"]
    assert everything[1]["resolved_at"] == START + 90
    assert (everything[1]["state"], everything[1]["acknowledged_by"]) == ("resolved", "ada")


async def test_one_alert_explains_itself(stand: Stand) -> None:
    told = await stand.get(f"/api/alerts/{ALERT}")
    assert told["why"] == [
        "60.0 % (50.0 % to 70.0 %) of 100 failed; usual is 5.0 %.",
        "That is 55 failures more than usual.",
        "The evidence is 20.5 nats; 15.2 are enough within the budget of false pages.",
        "Beside it, country DE fails 5.0 %, usually 4.0 %.",
        "Inside it stand out: country BR, carrier 1.",
        "Most likely a carrier does not deliver.",
    ]
    meaning = "Unreachable destination handset"
    assert told["codes"] == [{"code": 30003, "count": 40, "meaning": meaning}]
    assert (told["suggestion"], told["evidence_sql"]) == ("Wait.", "SELECT 1")
    texts = [(each["at"], each["state"], each["text"]) for each in told["transitions"]]
    assert texts == [
        (START + 60, "firing", told["title"]),
        (START + 120, "updated", "it got worse"),
    ]
    (sent,) = told["deliveries"]
    assert sent == {
        "at": START + 61,
        "channel": "pager",
        "state": "sent",
        "text": "firing sent after 2 tries",
    }
    missing = await stand.get("/api/alerts/none", 404)
    assert missing == {"error": "There is no such alert."}


async def test_fallbacks(stand: Stand) -> None:
    told = await stand.get(f"/api/fallbacks?{HOUR}")
    assert told["mode"] == "unknown"  # no fallback worker is asked here
    assert {name: told["totals"][name] for name in ("planned", "dispatched", "open")} == {
        "planned": 1,
        "dispatched": 1,
        "open": 1,
    }
    (plan,) = told["plans"]
    assert (plan["id"], plan["subject"], plan["country"]) == (PLAN, "VE1", "BR")
    assert (plan["state"], plan["result"], plan["first_dispatch_ms"]) == ("sent", "open", 5200)
    assert [step["state"] for step in plan["steps"]] == ["skipped", "sent"]
    assert (await stand.get(f"/api/fallbacks?{HOUR}&state=ended"))["plans"] == []
    assert len((await stand.get(f"/api/fallbacks?{HOUR}&state=open"))["plans"]) == 1


async def test_one_fallback_step_by_step(stand: Stand) -> None:
    told = await stand.get(f"/api/fallbacks/{PLAN}")
    steps = [(step["step"], step["state"], step["latency_ms"]) for step in told["steps"]]
    assert steps == [
        ("retry by sms", "planned", 10),
        ("retry by sms", "skipped", 5000),
        ("verify by call", "planned", 5000),
        ("verify by call", "dispatched", 5200),
        ("verify by call", "sent", 5300),
    ]
    assert told["steps"][1]["reason"] == "opted_out"
    assert (await stand.get("/api/fallbacks/none", 404))["error"] == "There is no such fallback."


async def test_what_there_is_to_filter_by(stand: Stand) -> None:
    told = await stand.get("/api/filters")
    assert set(told) == {"accounts", "countries", "channels", "services", "carriers"}
    assert told["countries"] == []  # nothing in these last days


async def test_dead_letters_in_health(stand: Stand) -> None:
    told = await stand.get("/api/health")
    letters = told["dead_letters"]
    assert (letters["last_hour"], letters["total"]) == (1, 1)
    (letter,) = letters["last"]
    assert (letter["at"], letter["topic"]) == (RECEIVED_AT // 1000, "twilio.messaging")
    assert (letter["reason"], letter["detail"]) == ("not_an_event", "no id")


@pytest.mark.parametrize(
    ("asked", "kind", "found"),
    [
        (SENT, "sid", (1, 0, 0)),
        (CODE, "sid", (0, 1, 0)),
        (CALL, "sid", (0, 0, 1)),
        (sid("SM", 99), "sid", (0, 0, 0)),
        (NUMBER, "number", (1, 1, 1)),
        ("00 1 (555) 010-0002", "number", (1, 1, 1)),
        ("whatsapp:+15550100003", "number", (1, 0, 0)),
    ],
)
async def test_search(stand: Stand, asked: str, kind: str, found: tuple[int, int, int]) -> None:
    headers = await stand.csrf(stand.viewer)
    async with stand.viewer.post("/api/search", json={"q": asked}, headers=headers) as answer:
        told = await answer.json()
    async with stand.viewer.get("/api/search", params={"q": asked}) as answer:
        assert await answer.json() == told
    assert told["kind"] == kind
    assert tuple(len(told[name]) for name in ("messages", "verifications", "calls")) == found
    assert NUMBER not in str(told)


async def test_what_search_shows_of_a_message(stand: Stand) -> None:
    (row,) = (await stand.get(f"/api/search?q={LOST}"))["messages"]
    assert (row["outcome"], row["error_code"], row["sent_at"]) == ("undelivered", 30003, START + 62)
    assert row["to_masked"] == "+15*******03"


async def test_a_timeline(stand: Stand) -> None:
    told = await stand.get(f"/api/timeline/{LOST}")
    assert (told["sid"], told["kind"], told["summary"]["outcome"]) == (
        LOST,
        "message",
        "undelivered",
    )
    sent, lost = told["events"]
    assert (sent["status"], sent["at_ms"]) == ("sent", (START + 62) * 1000)
    assert (lost["error_code"], lost["meaning"]) == (30003, "Unreachable destination handset")
    assert await stand.get(f"/api/timeline/{sid('SM', 9)}", 404) == {
        "error": "Nothing is stored of this SID."
    }
    await stand.get("/api/timeline/nonsense", 400)


@pytest.mark.parametrize(
    "asked",
    [
        "delivery?from=5&to=5",
        "delivery?from=x",
        "delivery?to=²",
        "delivery?from=0&to=1767225600",
        "delivery?step=61",
        f"delivery?from={START - 86_400 * 30}&to={START}&step=60",
        f"delivery?country={'x' * 65}",
        "breakdown?by=payload",
        "alerts?state=some",
        "alerts?limit=0",
        "alerts?limit=501",
        "fallbacks?limit=many",
        "search?q=hello",
    ],
)
async def test_what_makes_no_sense_is_said(stand: Stand, asked: str) -> None:
    told = await stand.get(f"/api/{asked}", 400)
    assert told["error"].endswith(".")


async def test_no_view_can_be_talked_into_other_sql(stand: Stand) -> None:
    told = await stand.get(f"/api/delivery?{HOUR}&country=DE') OR 1=1 --")
    assert told["total"]["sent"] == 0
    told = await stand.get("/api/alerts/' OR ''='", 404)
    assert told["error"] == "There is no such alert."
