"""What the ledger says of a loss in Kafka itself, which no row in ClickHouse can show."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from pipeline.cli import ledger as command
from pipeline.cli.main import run
from pipeline.items.ledger_entry import LedgerEntry
from pipeline.topics import RAW
from sinks.ledger import Account, Audit, Problem, Produced, Tally
from sinks.ledger.account import Entry

TOPIC = RAW["messaging"]


def entry(produced: int) -> LedgerEntry:
    return LedgerEntry(
        ingress_id="i1", started_at=1, told_at=2, final=True, received=9, refused=1,
        turned_away=2, quarantined=0, accepted=produced, dead_lettered=0, spooled=0, drained=0,
        in_spool=0, lost=0, produced={TOPIC: produced},
    )  # fmt: skip


def found(missing: int = 0, **produced: int) -> Audit:
    account = Account()
    tally = Tally(produced=5, stored=5 - missing, missing=missing)
    account.note(Entry(TOPIC, 3, 17, 3_600_000, 5), tally)
    even = Produced(told=5, sent=5, there=5, untold=0)
    return Audit(account, {TOPIC: msgspec.structs.replace(even, **produced)})


@pytest.mark.parametrize(
    ("audit", "code", "said"),
    [
        (found(), 0, "balanced"),
        (found(missing=2), 1, f"{TOPIC} partition 3, offset 17: 2 events missing"),
        (found(told=7), 1, f"{TOPIC}: 2 events that Kafka acknowledged are not there"),
        (found(there=8), 1, f"{TOPIC}: 3 events are there that no ingress sent"),
        (found(there=8, untold=3), 0, "3 events were sent after their ingress last told"),
    ],
    ids=["balanced", "missing in ClickHouse", "missing in Kafka", "foreign", "killed"],
)
def test_it_exits_with_1_and_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    audit: Audit,
    code: int,
    said: str,
) -> None:
    async def read(*_: object) -> tuple[Audit, list[LedgerEntry]]:
        await asyncio.sleep(0)
        return audit, [entry(5)]

    monkeypatch.setattr(command, "_read", read)
    monkeypatch.setenv("TWILIO_PIPELINE_CLICKHOUSE_URL", "http://127.0.0.1:1")
    assert run(["ledger", "--hours"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert said in lines
    assert ("balanced" in lines) == (code == 0)
    assert lines[1].startswith(f"{TOPIC}/3 1970-01-01T01Z 5 ")
    assert any(line.startswith("1 ingress processes told: received 9, refused 1") for line in lines)


def test_a_run_of_offsets_is_one_line() -> None:
    told = command._told(Problem(TOPIC, 0, 3, 9, "missing", 12))  # noqa: SLF001  (its wording)
    assert told == f"{TOPIC} partition 0, offsets 3 to 9: 12 events missing"
