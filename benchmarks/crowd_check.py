"""Whether a lifecycle processor knows of a crowd exactly what is true.

Windows and outcomes are read from their topics as readers do (of a window the highest version, of
an outcome each id once), states from the changelog as a recovery does.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeVar

import msgspec

from benchmarks.agreement import clients, ends_of, state_rows
from benchmarks.crowd import Message, crowd
from pipeline.errors import PermanentError
from pipeline.items.outcome import Outcome
from pipeline.items.window_cell import WindowCell
from pipeline.settings import KafkaSettings, LifecycleSettings, load
from pipeline.topics import OUTCOMES, WINDOWS
from processors.lifecycle.delivery import Delivery
from processors.lifecycle.fold import LifecycleFold
from processors.lifecycle.folds import make_fold
from processors.lifecycle.metrics import Metrics
from processors.lifecycle.rules import rules_of
from processors.lifecycle.status import DELIVERED, FAILED
from processors.runtime.lineage import history

#: Window's start in seconds, account, service, and how they ended.
_Group = tuple[int, str, str, str]
_Item = TypeVar("_Item")
_WINDOW_S: Final = 60


async def check_crowd(kafka: KafkaSettings, messages: int, start_ms: int) -> None:
    """Compare all three; PermanentError names the first that differs."""
    whole = list(crowd(messages, start_ms))
    _same("windows", await _windows(kafka), Counter(map(_group, whole)))
    told = Counter({f"messaging:{each.sid}:failed": 1 for each in whole if each.fails})
    _same("outcomes", Counter(set(await _outcomes(kafka))), told)
    states = await _states(kafka)
    _same("states", states, {each.sid: _facts(each) for each in whole})


def _group(message: Message) -> _Group:
    """Where a message counts once its end is known: in the window it was sent in."""
    start = message.time(1) // 1000 // _WINDOW_S * _WINDOW_S
    return start, message.account, message.service, "failed" if message.fails else "delivered"


def _facts(message: Message) -> tuple[int, int, int]:
    """What is known of it: how it ended, when it was sent and when it ended."""
    return FAILED if message.fails else DELIVERED, message.time(1), message.time(2)


def _same(what: str, found: object, true: object) -> None:
    if found == true:
        return
    if not (isinstance(found, dict) and isinstance(true, dict)):
        raise PermanentError(f"{what} differ from the truth")
    wrong = [key for key in found.keys() | true.keys() if found.get(key) != true.get(key)]
    first = min(wrong)
    raise PermanentError(
        f"{len(wrong)} {what} differ from the truth, such as {first}: "
        f"{found.get(first)}, not {true.get(first)}"
    )


async def _windows(kafka: KafkaSettings) -> Counter[_Group]:
    newest: dict[tuple[object, ...], WindowCell] = {}
    async for cell in _items(kafka, WINDOWS, list[WindowCell]):
        dims = (cell.account_sid, cell.service_sid, cell.carrier, cell.sender_type)
        kind = (cell.channel, cell.country, cell.error_class, cell.source_partition)
        known = newest.get(key := (cell.window_start, *dims, *kind))
        if known is None or known.version <= cell.version:
            newest[key] = cell
    counts = Counter[_Group]()
    for cell in newest.values():
        for end in ("delivered", "undelivered", "failed", "canceled", "unknown"):
            group = (cell.window_start, cell.account_sid, cell.service_sid, end)
            counts[group] += getattr(cell, end)
    return +counts  # without those of which there are none


async def _outcomes(kafka: KafkaSettings) -> list[str]:
    return [outcome.id async for outcome in _items(kafka, OUTCOMES, list[Outcome])]


async def _states(kafka: KafkaSettings) -> dict[str, tuple[int, int, int]]:
    rules, watch = rules_of(load(LifecycleSettings)), Metrics("benchmark")
    states: dict[str, tuple[int, int, int]] = {}
    for (topic, partition), found in (await state_rows(kafka)).items():
        fold = make_fold(topic, partition, rules, watch)
        keys = {key for row in history(found.rows)[0] for key in fold.restore(row.body)}
        states |= _known(fold, (key for key in keys if isinstance(key, str)))
    return states


def _known(fold: LifecycleFold, sids: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    deliveries = ((sid, fold.entry(sid)) for sid in sids)
    return {
        sid: (each.outcome, each.sent_at, each.terminal_at)
        for sid, each in deliveries
        if isinstance(each, Delivery)
    }


async def _items(kafka: KafkaSettings, topic: str, kind: type[list[_Item]]) -> AsyncIterator[_Item]:
    """Give all items of a topic, from its beginning to its present end."""
    decode = msgspec.json.Decoder(kind).decode
    async with clients(kafka) as (consumer, admin):
        ends = await ends_of(consumer, admin, [topic])
        consumer.assign(list(ends))
        await consumer.seek_to_beginning()
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                for record in batch:
                    for item in decode(record.value):
                        yield item
