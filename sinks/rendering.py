"""Schema statements for one server or for a cluster of replicas.

The files are written for one server. On a cluster every definition goes to all replicas, tables
replicate through Keeper, and their deduplication log is Keeper's. Views run as who made them, so
that whoever may read a view need not (and must not) read what is behind it; servers take that
from each definition and, by default, from no setting.
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
_VIEW: Final = re.compile(r"CREATE (?:OR REPLACE )?VIEW\b")
_BODY: Final = re.compile(r"^AS ", re.MULTILINE)
_OWNED: Final = "DEFINER = CURRENT_USER SQL SECURITY DEFINER\n"
_OTHER: Final = re.compile(r"(?:INSERT|SELECT|WITH|SYSTEM) ")
_ENGINE: Final = re.compile(r"\bENGINE = (\w*)MergeTree\b(?:\(([^()]*)\))?")
_PATH: Final = "'/clickhouse/tables/{uuid}/{shard}', '{replica}'"
# One lock for all replicas, also those that are added later.
_LOCK: Final = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)\.migrations_lock\b")
_WINDOW: Final = re.compile(r"\bnon_replicated_deduplication_window\b")


def rendered(statement: str, mode: Mode) -> str:
    """The statement as this kind of server needs it; ``{uuid}`` and such are the server's macros.

    ValueError for a statement it does not know how to spread over a cluster.
    """
    owned = _BODY.sub(f"{_OWNED}AS ", statement, count=1) if _VIEW.match(statement) else statement
    if mode == "single" or _OTHER.match(statement):
        return owned
    head = _DEFINITION.match(owned)
    if head is None:
        raise ValueError(f"can't be rendered for a cluster: {statement.splitlines()[0]}")
    spread = f"{head[0]} ON CLUSTER '{{cluster}}'{owned[head.end() :]}"
    lock = _LOCK.match(statement)
    replicated = _ENGINE.sub(_replicated, spread)
    if lock:
        replicated = replicated.replace(_PATH, f"'/clickhouse/locks/{lock[1]}', '{{replica}}'")
    return _WINDOW.sub("replicated_deduplication_window", replicated)


def _replicated(engine: re.Match[str]) -> str:
    arguments = ", ".join(part for part in (_PATH, engine[2]) if part)
    return f"ENGINE = Replicated{engine[1]}MergeTree({arguments})"
