import asyncio
from collections.abc import Awaitable, Callable, Sequence

from operations.doctor.examination import Check, examine
from operations.doctor.finding import Finding, worst
from pipeline.errors import UnavailableError

ALL = frozenset({"ingest"})


def check(name: str, run: Callable[[], Awaitable[Sequence[Finding]]], needs: str = "") -> Check:
    return Check(name, ALL, run, needs)


def seen(name: str) -> Callable[[], Awaitable[Sequence[Finding]]]:
    async def run() -> list[Finding]:
        return [Finding(name, "ok", "fine")]

    return run


async def fails() -> list[Finding]:
    raise UnavailableError("nobody answers: start it")


async def breaks() -> list[Finding]:
    raise KeyError("secret-word")


async def hangs() -> list[Finding]:
    await asyncio.Event().wait()
    return []


async def test_one_that_fails_keeps_no_other_from_its_end() -> None:
    checks = [
        check("a", fails),
        check("b", seen("b")),
        check("c", breaks),
        check("d", hangs),
    ]
    found = await examine(checks, 0.05)
    assert [(each.check, each.grade) for each in found] == [
        *(("a", "fail"), ("b", "ok"), ("c", "fail"), ("d", "fail")),
    ]
    assert found[0].seen == "nobody answers: start it"
    assert found[2].seen == "could not be checked: KeyError"
    assert found[3].seen == "no end after 0.05 s"


async def test_what_needs_a_failed_one_is_not_looked_at() -> None:
    checks = [
        check("later", seen("later"), needs="first"),
        check("latest", seen("latest"), needs="later"),
        check("first", fails),
        check("alone", seen("alone"), needs="not asked for"),
    ]
    found = await examine(checks, 5)
    assert [(each.check, each.grade) for each in found] == [
        ("later", "warn"),
        ("latest", "warn"),
        ("first", "fail"),
        ("alone", "ok"),
    ]
    assert found[0].seen == "not looked at, for first failed"


def test_the_worst_counts() -> None:
    fine, odd, bad = (Finding("x", grade, "") for grade in ("ok", "warn", "fail"))
    assert worst([]) == "ok"
    assert worst([fine, odd]) == "warn"
    assert worst([bad, odd, fine]) == "fail"
