"""A Dockerfile as stages of steps, as far as ours goes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Step(NamedTuple):
    """One instruction; ``text`` is what stands behind its name, with lines joined."""

    name: str
    text: str

    @property
    def pairs(self) -> dict[str, str]:
        """The KEY=VALUE pairs of ENV, LABEL and ARG."""
        found = (word.partition("=") for word in shlex.split(self.text))
        return {key: value for key, _, value in found}


class Stage(NamedTuple):
    """What follows one FROM."""

    base: str
    name: str
    steps: tuple[Step, ...]

    def texts(self, name: str) -> list[str]:
        """Give the texts of all steps of one kind."""
        return [step.text for step in self.steps if step.name == name]


def read_dockerfile(file: Path) -> tuple[Stage, ...]:
    """Cut it into stages; arguments before the first FROM are put into the bases."""
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for step in _steps(file.read_text("utf-8")):
        if step.name == "FROM":
            stages.append(_stage(step.text, arguments, len(stages)))
        elif stages:
            stages[-1] = stages[-1]._replace(steps=(*stages[-1].steps, step))
        else:
            arguments |= step.pairs
    return tuple(stages)


def _steps(text: str) -> list[Step]:
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    joined = kept.replace("\\\n", " ")
    lines = (" ".join(line.split()) for line in joined.splitlines())
    named = (line.partition(" ") for line in lines if line)
    return [Step(name, rest) for name, _, rest in named]


def _stage(text: str, arguments: dict[str, str], number: int) -> Stage:
    base, *alias = text.split()
    for name, value in arguments.items():
        base = base.replace(f"${{{name}}}", value)
    return Stage(base, alias[1] if alias else str(number), ())
