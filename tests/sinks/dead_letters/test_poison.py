"""A hundredth of what comes can't be used: all else is stored, and all of it is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sinks.ledger import Scope, audit
from tests.sinks.dead_letters.test_command import Called, called, mend
from tests.sinks.events import message

if TYPE_CHECKING:
    from sinks.ledger import Account
    from tests.sinks.stand import Stand

__all__ = ["called"]
RECORDS, EVENTS = 20, 50
ODD = (7, 23)  # elements of each tenth record: one is no event, one is refused by the table


def element(record: int, index: int) -> bytes:
    number = record * EVENTS + index
    if record % 4 == 0 and index == ODD[0]:
        return b'{"poison":%d}' % number
    if record % 4 == 2 and index == ODD[1]:
        return message("sent", number=f"x{number}")
    return message("sent", number=number)


async def balance(stand: Stand) -> Account:
    config = stand.config
    scope = Scope((stand.raw,), config.sink.group_id)
    return (await audit(config.kafka, config.clickhouse, scope, lambda _done, _all: None)).account


async def test_one_percent_poison_costs_nobody_else_an_event(stand: Stand, called: Called) -> None:
    mend(stand, "ADD CONSTRAINT c CHECK NOT startsWith(subject_sid, 'SMx')")
    for record in range(RECORDS):
        elements = (element(record, index) for index in range(EVENTS))
        await stand.put(stand.raw, *elements, partition=record % 2)
    async with stand.running():
        await stand.all_stored()
        await stand.eventually(lambda: stand.rows("SELECT count() FROM dead_letters") == [(10,)])
        assert stand.rows("SELECT count() FROM events") == [(990,)]
        total = (await balance(stand)).total
        assert (total.produced, total.stored, total.dead, total.missing) == (1000, 990, 10, 0)

        mend(stand, "DROP CONSTRAINT c")
        dry = await called("replay", "--reason", "not_storable", "--dry-run")
        assert dry[1][-1] == "5 letters would be replayed"
        assert await called("replay", "--topic", stand.raw) == (0, ["10 letters replayed"])
        await stand.eventually(lambda: stand.rows("SELECT count() FROM dead_letters") == [(15,)])
        await stand.all_stored()
    assert stand.rows("SELECT count(), uniq(event_id) FROM events") == [(995, 995)]
    account = await balance(stand)
    assert account.balanced, account.problems
    assert account.total.produced == 1010
