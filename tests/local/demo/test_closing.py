"""The verdict at the end."""

import io

from rich.console import Console

from local.demo.closing import clean, print_verdict
from local.simulator.tally import Tally
from local.truth.comparison import compare
from local.truth.verdict import Verdict

TALLY = Tally(events=3, distinct=2, messages=1, requests=2)
EVENTS = {"EZ1": (1,), "EZ2": (2,)}


def _verdict(found: dict[str, tuple[int]]) -> Verdict:
    nothing = dict[str, tuple[int]]()
    return Verdict(
        compare("events", EVENTS, found),
        compare("messages", nothing, nothing),
        compare("windows of 60 s", nothing, nothing),
    )


def _printed(tally: Tally, verdict: Verdict) -> str:
    console = Console(width=120, file=io.StringIO(), record=True)
    print_verdict(console, tally, verdict)
    return console.export_text()


def test_a_clean_run_is_called_clean() -> None:
    verdict = _verdict(EVENTS)

    assert clean(TALLY, verdict)
    text = _printed(TALLY, verdict)
    assert "2 distinct events, each once" in text
    assert "removed   1 duplicates" in text
    assert "✔ Everything sent is stored once" in text


def test_a_difference_is_named() -> None:
    verdict = _verdict({"EZ1": (9,)})

    assert not clean(TALLY, verdict)
    text = _printed(TALLY, verdict)
    assert "events: 0 of 2 equal; 1 missing, 1 differing, 0 unexpected" in text
    assert "differs: EZ1 expected (1,), found (9,)" in text
    assert "missing: EZ2 (2,)" in text
    assert "✘ What is stored differs" in text


def test_a_refused_event_is_a_difference_too() -> None:
    refused = Tally(events=3, distinct=2, messages=1, requests=2, refused=1)

    assert not clean(refused, _verdict(EVENTS))
    assert "1 refused for good" in _printed(refused, _verdict(EVENTS))
