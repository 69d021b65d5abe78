"""Runs checks beside each other, each within its time; none keeps another from its end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from operations.doctor.finding import Finding, worst
from pipeline.errors import PipelineError


class Check(msgspec.Struct, frozen=True):
    """Something to look at for these parts; without what it needs it can't be looked at.

    ``run`` gives what it saw, or raises PipelineError for a failure whose text says what to do.
    """

    name: str
    parts: frozenset[str]
    run: Callable[[], Awaitable[Sequence[Finding]]]
    needs: str = ""


async def examine(checks: Sequence[Check], seconds: float) -> list[Finding]:
    """Every check's findings, in the order of the checks; each has so many seconds."""
    ended = {check.name: asyncio.get_running_loop().create_future() for check in checks}

    async def run(check: Check) -> list[Finding]:
        needed = ended.get(check.needs)
        works = True if needed is None else await needed
        findings = await _look(check, seconds) if works else [_not_looked_at(check)]
        ended[check.name].set_result(works and worst(findings) != "fail")
        return findings

    found = await asyncio.gather(*map(run, checks))
    return [finding for findings in found for finding in findings]


async def _look(check: Check, seconds: float) -> list[Finding]:
    try:
        async with asyncio.timeout(seconds):
            return list(await check.run())
    except PipelineError as error:
        return [Finding(check.name, "fail", str(error))]
    except TimeoutError:
        seen = f"no end after {seconds:g} s"
        return [Finding(check.name, "fail", seen, "see what is slow there, or allow more time")]
    except Exception as error:  # noqa: BLE001  the other checks are to go on
        seen = f"could not be checked: {type(error).__name__}"
        return [Finding(check.name, "fail", seen, "please report this, with the command")]


def _not_looked_at(check: Check) -> Finding:
    return Finding(check.name, "warn", f"not looked at, for {check.needs} failed")
