"""Whether the outcomes that were told are those of the run, and each is told once.

What is told depends on when: a message that failed and was then delivered is told as `recovered`
if its failure was told before, else not at all. So each subject's last word is compared, and of a
verification of which something was told, whether its end was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from local.truth.comparison import Comparison
from local.truth.rows import CallRow, MessageRow
from local.truth.truth import Truth

_OF_CALL: Final = {
    "completed": "delivered",
    "busy": "undelivered",
    "no-answer": "undelivered",
    "failed": "failed",
}
_GRIEF: Final = frozenset({"failed", "undelivered"})


class ToldRow(NamedTuple):
    """An outcome as stored; ``error_code`` is 0 where there is none."""

    id: str
    kind: str
    subject_sid: str
    verification_sid: str
    verification_status: str
    error_code: int


class _End(NamedTuple):
    """What became of a subject; ``code`` is None where the truth does not say."""

    outcome: str
    code: int | None
    was_sent: bool


def compare_told(truth: Truth, rows: Sequence[ToldRow], *, silence_is_due: bool) -> Comparison:
    """Compare; ``silence_is_due`` when all deadlines have passed."""
    result = Comparison("outcomes")
    by_subject, by_verification = _grouped(result, rows)
    ends = dict(_ends(truth))
    for sid in ends.keys() | by_subject.keys():
        told = by_subject.get(sid, [])
        if end := ends.get(sid):
            _note(result, sid, _due(end, told, silence_is_due=silence_is_due), _last(end, told))
        else:
            _note(result, sid, None, _kinds(told))
    for sid, told in by_verification.items():
        known = truth.verifications.get(sid)
        if known and known.status != "pending":
            statuses = {row.verification_status for row in told if row.kind == "ended"}
            found = known.status if known.status in statuses else " ".join(sorted(statuses)) or None
            _note(result, sid, known.status, found)
    return result


def _grouped(
    result: Comparison, rows: Iterable[ToldRow]
) -> tuple[dict[str, list[ToldRow]], dict[str, list[ToldRow]]]:
    """Group by subject, but for the ends, and by verification; note ids that occur again."""
    by_subject: defaultdict[str, list[ToldRow]] = defaultdict(list)
    by_verification: defaultdict[str, list[ToldRow]] = defaultdict(list)
    ids = set[str]()
    for row in rows:
        if row.id in ids:
            result.note_repetition(row.id, row)
        ids.add(row.id)
        if row.kind != "ended":
            by_subject[row.subject_sid].append(row)
        if row.verification_sid:
            by_verification[row.verification_sid].append(row)
    return by_subject, by_verification


def _note(result: Comparison, sid: str, expected: str | None, found: str | None) -> None:
    if expected or found:
        result.expected += expected is not None
        result.note(sid, expected, found)


def _due(end: _End, told: Sequence[ToldRow], *, silence_is_due: bool) -> str | None:
    """What must have been told last, given what was."""
    if end.outcome in _GRIEF:
        return end.outcome if end.code is None else f"{end.outcome} {end.code}"
    if end.outcome == "delivered":
        return "recovered" if told else None
    if end.outcome == "unknown" and end.was_sent and (told or silence_is_due):
        return "silent"
    if end.outcome == "canceled" and told:
        return "silent"  # word of the end came after the deadline; nothing takes that back
    return None


def _last(end: _End, told: Sequence[ToldRow]) -> str | None:
    for row in told:
        if row.kind == end.outcome:
            return row.kind if end.code is None else f"{row.kind} {row.error_code}"
        if end.outcome == "delivered" and row.kind == "recovered":
            return row.kind
    return _kinds(told)


def _kinds(told: Sequence[ToldRow]) -> str | None:
    return " ".join(sorted(row.kind for row in told)) or None


def _ends(truth: Truth) -> Iterator[tuple[str, _End]]:
    for table in (truth.messages, truth.attempts):
        for sid, row in table.items():
            yield sid, _of_message(row)
    for sid, call in truth.calls.items():
        yield sid, _of_call(call)


def _of_message(row: MessageRow) -> _End:
    return _End(row.outcome, row.error_code, row.sent_ms is not None)


def _of_call(row: CallRow) -> _End:
    open_as = "unknown" if row.answered_ms is None else "delivered"
    outcome = open_as if row.outcome == "unknown" else _OF_CALL.get(row.outcome, row.outcome)
    return _End(outcome, None, was_sent=True)
