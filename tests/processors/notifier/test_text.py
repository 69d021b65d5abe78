"""What people read."""

from processors.notifier.message import Message
from processors.notifier.text import body, facts, headline
from tests.processors.notifier.stage import START, alert, notice


def message(**changes: object) -> Message:
    about = alert(**changes)  # type: ignore[arg-type]  # by name
    return Message(id="i", key="i", transition=about.state, about=about, sent_at=START // 1000)


def test_an_alert_in_one_line_and_in_many() -> None:
    assert headline(message()) == "FIRING: failures 42.0% instead of 5.0%: country DE"
    assert body(message()) == (
        "Severity: page\n"
        "Where: all traffic to Germany, account AC1\n"
        "Failure rate: 42.0% (38.0% to 46.0%) instead of 5.0%\n"
        "Since: 2025-10-09 08:48 UTC\n"
        "Affected: 222 of 600 messages\n"
        "Top codes: 30003 Unreachable destination handset (200)\n"
        "Likely cause: carrier\n"
        "What to do: Check the status page.\n"
        "Also affected: SMS to Germany on network 26201, account AC1; MG1 elsewhere\n"
        "Alert: i1\n"
        "\n"
        "Evidence (SQL):\n"
        "SELECT 1"
    )


def test_one_that_is_over_says_when_and_asks_for_nothing() -> None:
    known = dict(facts(message(state="resolved", reason="back to usual")))
    assert known["Until"] == "2025-10-09 09:08 UTC"
    assert known["Reason"] == "back to usual"
    assert "What to do" not in known


def test_rates_are_called_what_they_are() -> None:
    assert "Receipts, of those due" in dict(facts(message(kind="silence")))
    assert "Messages, of those usual" in dict(facts(message(kind="stopped")))


def test_a_notice() -> None:
    about = notice(1, count=7)
    told = Message(id="n", key="n", transition="notice", about=about, sent_at=1)
    assert headline(told) == "NOTICE: account suspended (30002 Account suspended), 7 times"
    assert dict(facts(told))["Service"] == "MG1"
    nameless = Message(
        id="n", key="n", transition="notice", about=notice(1, code=0, name=""), sent_at=1
    )
    assert headline(nameless) == "NOTICE: account suspended"


def test_a_pager_gets_no_more_than_it_can_show() -> None:
    long = message(title="x" * 500)
    assert len(headline(long, 130)) == 130
    assert headline(long, 130).endswith("…")
