"""A small acting processor for the runner's tests: does the jobs that its records name, once.

A job is done by a line in a file. It is announced before it is begun, and when it has ended. What
was begun by a former owner is looked up in the file before it is begun anew.

Run as ``python acting.py BOOTSTRAP APP_ID SOURCE OUT PORT FILE``.
"""

import asyncio
import os
import sys
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal, cast

import msgspec

from pipeline.logs import configure
from pipeline.settings import KafkaSettings, LogSettings, load
from processors.runtime.deeds import Deed, Result
from processors.runtime.fold import Entry, Item, Key, SourceRecord
from processors.runtime.worker import Processor, run

PAUSE_MS = 100


class Job(msgspec.Struct, array_like=True):
    name: str
    state: Literal["waiting", "begun", "done"] = "waiting"
    attempt: int = 0
    due: int = 0  # epoch ms
    row: int = 0


class Word(msgspec.Struct):
    """What is announced."""

    job: str
    attempt: int
    state: str


class JobFold:
    """Begins a job at once, and again PAUSE_MS after it failed; ``twice...`` fail at first."""

    def __init__(self, out: str) -> None:
        self.out = out
        self.jobs: dict[str, Job] = {}
        self.dirty: set[str] = set()
        self.news: list[Item] = []
        self.todo: list[Deed] = []

    def apply(self, record: SourceRecord) -> None:
        for name in msgspec.json.decode(record.value, type=list[str]):
            if name not in self.jobs:
                self.jobs[name] = Job(name)
                self.begin(self.jobs[name])

    def begin(self, job: Job) -> None:
        job.attempt += 1
        self.turn(job, "begun")
        self.todo.append(Deed(job.name, ("do", job.attempt), 5))

    def turn(self, job: Job, state: Literal["waiting", "begun", "done"]) -> None:
        job.state = state
        self.dirty.add(job.name)
        word = Word(job.name, job.attempt, state)
        self.news.append(Item(self.out, job.name, msgspec.json.encode(word)))

    def advance(self, now_ms: int) -> None:
        """Quiet or not is all the same here."""

    def deeds(self) -> Iterable[Deed]:
        todo, self.todo = self.todo, []
        return todo

    def unfinished(self) -> Iterable[Deed]:
        begun = (job for job in self.jobs.values() if job.state == "begun")
        return [Deed(job.name, ("ask", job.attempt), 5) for job in begun]

    def stands(self, deed: Deed) -> bool:
        return self.jobs[deed.id].state == "begun"

    def learn(self, result: Result, now_ms: int) -> None:
        job = self.jobs[result.deed.id]
        if result.value is True:
            self.turn(job, "done")
        else:
            job.due = now_ms + PAUSE_MS
            self.turn(job, "waiting")

    def due(self) -> int | None:
        return min((job.due for job in self.jobs.values() if job.state == "waiting"), default=None)

    def tick(self, now_ms: int) -> None:
        for job in self.jobs.values():
            if job.state == "waiting" and job.due <= now_ms:
                self.begin(job)

    def changed(self) -> Collection[Key]:
        return self.dirty

    def size(self) -> int:
        return len(self.jobs)

    def entry(self, key: Key) -> Entry | None:
        return self.jobs.get(cast("str", key))

    def items(self, _: int) -> Iterable[Item]:
        return ()

    def announcements(self) -> Iterable[Item]:
        return self.news

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        keys = list({*self.dirty, *cast("Iterable[str]", extra)})
        self.dirty.clear()
        self.news = []
        return msgspec.msgpack.encode([self.jobs[key] for key in keys]), list(keys)

    def restore(self, body: bytes) -> list[Key]:
        jobs = msgspec.msgpack.decode(body, type=list[Job])
        self.jobs.update((job.name, job) for job in jobs)
        return [job.name for job in jobs]

    def expire(self) -> None:
        """Jobs never expire."""


class Book:
    """Does jobs: a line "time, job, attempt" each; the world outside of all workers."""

    def __init__(self, file: Path) -> None:
        self.file = file

    async def perform(self, deed: Deed) -> bool:
        what, attempt = deed.what
        if what == "ask":
            return any(line[1] == deed.id for line in self.lines())
        if deed.id.startswith("twice") and attempt == 1:
            raise OSError("not the first time")
        self.write(f"{time.time()} {deed.id} {attempt}\n".encode())
        await asyncio.sleep(0.02)  # the answer takes its time
        return True

    def write(self, line: bytes) -> None:
        opened = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(opened, line)
        os.close(opened)

    def lines(self) -> list[list[str]]:
        if not self.file.exists():
            return []
        return [line.split() for line in self.file.read_text().splitlines()]


def main(bootstrap: str, app_id: str, source: str, out: str, *rest: str) -> None:
    port, file = rest
    configure(load(LogSettings, format="json"))
    acting = Processor(
        app_id=app_id,
        sources=(source,),
        emits=(out,),
        make_fold=lambda *_: JobFold(out),
        flush_interval_s=0.2,
        flush_max_changes=1_000,
        monitoring_host="127.0.0.1",
        monitoring_port=int(port),
        perform=Book(Path(file)).perform,
    )
    run(acting, load(KafkaSettings, bootstrap_servers=bootstrap, partitions=4))


if __name__ == "__main__":
    main(*sys.argv[1:])
