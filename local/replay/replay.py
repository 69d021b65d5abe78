"""A replay from the plan of the traffic to rows in ClickHouse."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from clickhouse_connect.driver.client import Client

from local.replay.fallbacks import Fallbacks
from local.replay.folding import Folding
from local.replay.log import Log, Record
from local.replay.traffic import records
from local.simulator.traffic import Plan
from pipeline.settings import ClickHouseSettings, PrivacySettings
from sinks.decoder import Decoder, routes
from sinks.load import Row
from sinks.store import ClickHouseStore

_ROWS: Final = 20_000
#: Enough for every deadline of the processor's settings to pass.
_QUIET_MS: Final = 3_600_000


async def replay(
    plan: Plan, client: Client, settings: ClickHouseSettings, privacy: PrivacySettings
) -> int:
    """Store everything as the sink would, and give the number of rows.

    The same plan and key give the same rows. The database must be migrated.
    """
    store, decoder = ClickHouseStore(client, settings), Decoder(routes(privacy))
    waiting = defaultdict[str, list[Row]](list)
    stored = 0
    for record in _all_records(plan):
        decoded = decoder.decode(record)
        waiting[decoded.table] += decoded.rows
        if len(waiting[decoded.table]) >= _ROWS:
            rows = waiting.pop(decoded.table)
            await store.insert(decoded.table, rows, f"replay-{stored}")
            stored += len(rows)
    for table, rows in waiting.items():
        await store.insert(table, rows, f"replay-{table}-{stored}")
        stored += len(rows)
    return stored


def _all_records(plan: Plan) -> Iterator[Record]:
    log = Log()
    fallbacks = Fallbacks(log)
    for record in _until_decided(plan, log):
        yield record
        yield from fallbacks.apply(record)
    yield from fallbacks.finish()


def _until_decided(plan: Plan, log: Log) -> Iterator[Record]:
    folding = Folding(log)
    end = plan.start
    for record in records(plan, log):
        end = record.timestamp
        yield record
        yield from folding.apply(record)
    yield from folding.finish(end + _QUIET_MS)
