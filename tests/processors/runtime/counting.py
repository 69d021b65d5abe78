"""A small processor for the runner's tests: counts the words of its records.

It announces every word's every ``ROUND``-th occurrence, and each word that rests: the partition
has been quiet since it came last. A record that is no array of words can't be folded.

Run as ``python counting.py BOOTSTRAP APP_ID SOURCE OUT PORT``; a word is the element of a record.
"""

import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast

import msgspec

from pipeline.logs import configure
from pipeline.settings import KafkaSettings, LogSettings, load
from processors.runtime.fold import Entry, Item, Key, SourceRecord
from processors.runtime.worker import Processor, run

ROUND = 40


class Word(msgspec.Struct, array_like=True):
    word: str
    count: int
    rests: bool = False
    row: int = 0


class Total(msgspec.Struct):
    """What the processor emits: a full value, as of source offset ``version``."""

    partition: int
    version: int
    word: str
    count: int


class News(msgspec.Struct):
    """What it announces; ``at`` differs between two makings of the same one."""

    id: str
    at: int


@dataclass
class CountingFold:
    out: str
    partition: int

    def __post_init__(self) -> None:
        self.words: dict[str, Word] = {}
        self.dirty: set[str] = set()
        self.news: list[Item] = []

    def apply(self, record: SourceRecord) -> None:
        for text in msgspec.json.decode(record.value, type=list[str]):
            word = self.words.setdefault(text, Word(text, 0))
            word.count += 1
            word.rests = False
            self.dirty.add(text)
            if word.count % ROUND == 0:
                self.announce(f"{self.partition}/{text}/{word.count}", record.offset)

    def advance(self, now_ms: int) -> None:
        for word in self.words.values():
            if not word.rests:
                word.rests = True
                self.dirty.add(word.word)
                self.announce(f"{self.partition}/{word.word}/rests", now_ms)

    def announce(self, identity: str, at: int) -> None:
        self.news.append(Item(self.out, identity, msgspec.json.encode(News(identity, at))))

    def changed(self) -> Collection[Key]:
        return self.dirty

    def size(self) -> int:
        return len(self.words)

    def entry(self, key: Key) -> Entry | None:
        return self.words.get(cast("str", key))

    def items(self, offset: int) -> Iterable[Item]:
        for word in self.dirty:
            total = Total(self.partition, offset, word, self.words[word].count)
            yield Item(self.out, word, msgspec.json.encode(total))

    def announcements(self) -> Iterable[Item]:
        return self.news

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        keys = list({*self.dirty, *cast("Iterable[str]", extra)})
        self.dirty.clear()
        self.news = []
        return msgspec.msgpack.encode([self.words[key] for key in keys]), list(keys)

    def restore(self, body: bytes) -> list[Key]:
        words = msgspec.msgpack.decode(body, type=list[Word])
        self.words.update((word.word, word) for word in words)
        return [word.word for word in words]

    def expire(self) -> None:
        """Words never expire."""


def main(bootstrap: str, app_id: str, source: str, out: str, port: str) -> None:
    configure(load(LogSettings, format="json"))
    counting = Processor(
        app_id=app_id,
        sources=(source,),
        emits=(out,),
        make_fold=lambda _, partition: CountingFold(out, partition),
        flush_interval_s=0.1,
        flush_max_changes=1_000,
        monitoring_host="127.0.0.1",
        monitoring_port=int(port),
    )
    run(counting, load(KafkaSettings, bootstrap_servers=bootstrap, partitions=4))


if __name__ == "__main__":
    main(*sys.argv[1:])
