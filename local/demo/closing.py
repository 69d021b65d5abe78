"""What the demo says at its end: the verdict, and what to try next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from local.invocation import invocation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from local.simulator.tally import Tally
    from local.stack import Stack
    from local.truth.verdict import Verdict

_QUESTION: Final = (
    "SELECT window_start, error_class, sum(sent) AS messages FROM delivery_windows "
    "WHERE window_seconds = 60 AND country = 'BR' GROUP BY ALL ORDER BY ALL"
)
_STEPS: Final = (
    f'sql "{_QUESTION}"',
    "status",
    "simulate --messages 20000 --rate 500 --scenario outage",
)


def print_verdict(console: Console, tally: Tally, verdict: Verdict) -> None:
    """Say what was sent, what is stored, and whether they agree."""
    for name, text in _facts(tally, verdict):
        line = Text(f"{name:9} ", style="dim").append(text, style="not dim")
        console.print(line, soft_wrap=True)
    console.print(_judgement(tally, verdict))


def clean(tally: Tally, verdict: Verdict) -> bool:
    """Whether everything was taken, stored once and counted right."""
    return tally.complete and verdict.clean


def _facts(tally: Tally, verdict: Verdict) -> Iterator[tuple[str, str]]:
    yield "sent", tally.describe().removeprefix("sent ")
    yield "stored", f"{verdict.events.equal:,} distinct events, each once"
    yield "removed", f"{tally.events - verdict.events.equal:,} duplicates"
    for part in verdict.parts:
        yield "compared", part.describe()
        for difference in part.first:
            yield "", difference.describe()


def _judgement(tally: Tally, verdict: Verdict) -> Text:
    if clean(tally, verdict):
        return Text(
            "\n✔ Everything sent is stored once, and every window equals the truth.\n",
            style="bold green",
        )
    return Text("\n✘ What is stored differs from what was sent.\n", style="bold red")


def print_console(console: Console, stack: Stack) -> None:
    """Say where the live page is, and how to log in the first time."""
    login = f" ({stack.first_login})" if stack.first_login else ""
    console.print(f"Watch it at {stack.info.console}{login}", highlight=False, soft_wrap=True)


def print_next_steps(console: Console, stack: Stack) -> None:
    """Name a few things to do while the stack runs."""
    console.print("The stack keeps running until Ctrl-C. In another terminal:\n")
    for step in _STEPS:
        console.print(f"  {invocation()} {step}", style="cyan", highlight=False, soft_wrap=True)
    console.print(
        f"\nPost signed events of your own to {stack.info.ingest}\n"
        f"(address and token: {stack.file})",
        highlight=False,
        soft_wrap=True,
    )
