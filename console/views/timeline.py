"""Everything that was told of one message, verification or call, in order."""

from console.problems import BAD_REQUEST, NOT_FOUND, ProblemError
from console.views import Answer
from console.views.errors import meaning_of
from console.views.search import SID
from console.warehouse import Ask, Row, together


async def timeline(ask: Ask, sid: str) -> Answer:
    """Events and fallback steps by time; ProblemError when nothing is known of it."""
    if not SID.fullmatch(sid):
        raise ProblemError(BAD_REQUEST, "A SID is two capital letters and 32 digits (0-9, a-f).")
    events, steps, *found = await together(
        ask("timeline", sid=sid),
        ask("timeline_fallback", sid=sid),
        *(ask(f"found_{kind}s", sid=sid, hashes=[]) for kind in _KINDS),
    )
    kind, summary = _summary(found)
    told = [*map(_event, events), *map(_step, steps)]
    if not told and not summary:
        raise ProblemError(NOT_FOUND, "Nothing is stored of this SID.")
    told.sort(key=lambda each: int(each["at_ms"]))
    return {"sid": sid, "kind": kind, "summary": summary, "events": told}


_KINDS = ("message", "verification", "call")


def _summary(found: list[list[Row]]) -> tuple[str, Row]:
    for kind, rows in zip(_KINDS, found, strict=True):
        if rows:
            return kind, rows[0]
    return "other", {}


def _event(row: Row) -> Answer:
    return {**row, "meaning": meaning_of(row["error_code"]), "fallback": None}


def _step(row: Row) -> Answer:
    named = {"type": "fallback", "status": row["state"], "channel": row["channel"]}
    told = {"id": row["id"], "at": row["at"], "at_ms": row["at_ms"], "received_at": None}
    return {**told, **named, "error_code": 0, "meaning": row["reason"], "fallback": row}
