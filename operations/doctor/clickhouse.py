"""ClickHouse: whether it answers, how old it is, whether its clock is right, what we may do."""

import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from operations.doctor.finding import Finding, Grade
from operations.doctor.sql import load_sql
from pipeline.analyst import connect_analyst
from pipeline.errors import PermanentError
from pipeline.settings import ClickHouseSettings

NAME: Final = "clickhouse"
CLOCK: Final = "clickhouse.clock"
RIGHTS: Final = "clickhouse.rights"
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_SKEW_S: Final = 1.0
_WRONG_S: Final = 60.0


async def look_at_server(clickhouse: ClickHouseSettings) -> list[Finding]:
    """Who answers as whom, encryption and clock; raises as the connection does."""
    elsewhere = clickhouse.model_copy(update={"database": "default"})
    async with connect_analyst(elsewhere) as analyst:
        asked = time.time()
        ((version, at_ms),) = await analyst.rows(load_sql("server"), {})
        answered = time.time()
    seen = f"{clickhouse.url} takes {clickhouse.user}, version {version}"
    findings = [Finding(NAME, "ok", seen), skew((asked, answered), int(at_ms) / 1000)]
    url = urlsplit(clickhouse.url)
    if url.scheme != "https" and url.hostname not in _LOOPBACK:
        do = "set TWILIO_PIPELINE_CLICKHOUSE_URL to its https address"
        findings.append(Finding("clickhouse.tls", "warn", "nothing is encrypted", do))
    return findings


def skew(between: tuple[float, float], there: float) -> Finding:
    """Judge a clock read at some moment between two of ours (epoch seconds)."""
    asked, answered = between
    off = max(asked - there, there - answered, 0.0)
    grade: Grade = "fail" if off > _WRONG_S else "warn" if off > _SKEW_S else "ok"
    seen = f"its clock is {off:.1f} s away from ours" if off else "its clock is ours"
    return Finding(CLOCK, grade, seen, "" if grade == "ok" else "synchronise both clocks (NTP)")


async def look_at_rights(
    clickhouse: ClickHouseSettings, views: Sequence[str], tables: Sequence[str]
) -> list[Finding]:
    """Read the views and insert nothing into the tables; raises as the connection does."""
    async with connect_analyst(clickhouse) as analyst:

        async def may(what: str, name: str) -> bool:
            names = {"database": clickhouse.database, "name": name}
            try:
                await analyst.rows(load_sql(what), names)
            except PermanentError:
                return False
            return True

        unread = [view for view in views if not await may("read", view)]
        unfed = [table for table in tables if not await may("insert", table)]
    return [*_judged("read", unread, len(views)), *_judged("insert into", unfed, len(tables))]


def _judged(what: str, refused: Sequence[str], of: int) -> list[Finding]:
    if not refused:
        return [Finding(RIGHTS, "ok", f"we may {what} {of}")] if of else []
    seen = f"we may not {what} {', '.join(refused)}"
    return [Finding(RIGHTS, "fail", seen, "grant the role: see deploy/clickhouse/roles.sql")]
