"""What ClickHouse holds of a stretch of a partition, by offset and index."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from sinks.ledger.sql import load_sql
from sinks.ranges import Range


class Identity(msgspec.Struct, frozen=True):
    """What all deliveries of one event share."""

    account_sid: str
    product: str
    dedup_id: str


class Holdings:
    """Asks one database; raises ClickHouse's errors."""

    def __init__(self, client: Client, database: str) -> None:
        self._client = client
        self._database = database

    def stored(self, within: Range) -> dict[int, Counter[int]]:
        """How often each index of each offset has a row."""
        found: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for offset, index, count in self._ask("stored", _span(within)):
            found[int(offset)][int(index)] += int(count)
        return found

    def dead(self, within: Range) -> dict[int, set[int]]:
        """The indices of each offset about which there is a dead letter."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for offset, index in self._ask("dead", _span(within)):
            found[int(offset)].add(int(index))
        return found

    def known(self, identities: Collection[Identity]) -> set[Identity]:
        """Which of these events are stored, wherever they came from."""
        if not identities:
            return set()
        wanted = [(each.account_sid, each.product, each.dedup_id) for each in identities]
        rows = self._ask("known", {"wanted": wanted})
        return {Identity(*map(str, row)) for row in rows}

    def _ask(self, name: str, parameters: dict[str, object]) -> Sequence[Sequence[Any]]:
        sql = load_sql(name).replace("{database}", self._database)
        return self._client.query(sql, parameters=parameters).result_rows


def _span(within: Range) -> dict[str, object]:
    return {
        "topic": within.partition.topic,
        "partition": within.partition.number,
        "first": within.first,
        "last": within.last,
    }
