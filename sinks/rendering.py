"""Schema statements for one server or for a cluster of replicas.

The files are written for one server. On a cluster every definition goes to all replicas, tables
replicate through Keeper, and their deduplication log is Keeper's.
"""

import re
from typing import Final

from pipeline.settings.clickhouse import Mode

_NAME: Final = r"[\w.`]+"
_DEFINITION: Final = re.compile(
    rf"CREATE (?:OR REPLACE )?(?:TABLE|VIEW|MATERIALIZED VIEW|DICTIONARY|DATABASE)"
    rf"(?: IF NOT EXISTS)? {_NAME}"
    rf"|ALTER TABLE {_NAME}"
    rf"|DROP (?:TABLE|VIEW|DICTIONARY)(?: IF EXISTS)? {_NAME}"
)
_OTHER: Final = re.compile(r"(?:INSERT|SELECT|WITH|SYSTEM) ")
_ENGINE: Final = re.compile(r"\bENGINE = (\w*)MergeTree\b(?:\(([^()]*)\))?")
_PATH: Final = "'/clickhouse/tables/{uuid}/{shard}', '{replica}'"
# One lock for all replicas: the second one to make it is told that this replica exists.
_LOCK: Final = re.compile(r"CREATE TABLE (\w+)\.migrations_lock\b")
_WINDOW: Final = re.compile(r"\bnon_replicated_deduplication_window\b")


def rendered(statement: str, mode: Mode) -> str:
    """The statement as this kind of server needs it; ``{uuid}`` and such are the server's macros.

    ValueError for a statement it does not know how to spread over a cluster.
    """
    if mode == "single" or _OTHER.match(statement):
        return statement
    lock = _LOCK.match(statement)
    if lock:
        return _ENGINE.sub(
            f"ENGINE = ReplicatedMergeTree('/clickhouse/locks/{lock[1]}', 'holder')", statement
        )
    head = _DEFINITION.match(statement)
    if head is None:
        raise ValueError(f"can't be rendered for a cluster: {statement.splitlines()[0]}")
    spread = f"{head[0]} ON CLUSTER '{{cluster}}'{statement[head.end() :]}"
    return _WINDOW.sub("replicated_deduplication_window", _ENGINE.sub(_replicated, spread))


def _replicated(engine: re.Match[str]) -> str:
    arguments = ", ".join(part for part in (_PATH, engine[2]) if part)
    return f"ENGINE = Replicated{engine[1]}MergeTree({arguments})"
