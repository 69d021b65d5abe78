"""Every fold against a simple reference that looks at all events of all subjects at once.

Any order, repetition and cut into records, with flushes and restarts in between, gives what the
reference counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from hypothesis import given
from hypothesis import strategies as st

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell
from pipeline.sketch import bucket_of
from processors.lifecycle.fold import LifecycleFold
from processors.runtime.fold import Item
from processors.runtime.partition import PartitionState
from processors.runtime.row import StateRow
from tests.processors.lifecycle.stage import (
    MINUTE,
    PATIENT,
    START,
    attempt,
    call,
    funnel,
    message,
    new_fold,
    new_state,
    outcomes,
    record,
    verification,
    windows,
)

#: (subject, status, time in ms after START, error code)
Fact = tuple[int, str, int, int]
Cells = dict[tuple[int, str], Counter[str]]
STATUSES = ["queued", "sent", "delivered", "undelivered", "failed", "canceled", "read"]
RANKS = {"delivered": 1, "undelivered": 2, "failed": 3, "canceled": 4}
FACTS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(STATUSES),
        st.integers(0, 4 * MINUTE),
        st.sampled_from([0, 30003, 30007]),
    ),
    min_size=1,
    max_size=12,
)
CLASSES = {0: "", 30003: "transient", 30007: "filtered"}


def place(facts: Iterable[Fact], subject: int) -> tuple[int, str, int, int | None] | None:
    """Window start, outcome, error code and latency of one subject, the long way."""
    mine = [fact for fact in facts if fact[0] == subject]
    sent = min((at for _, status, at, _ in mine if status == "sent"), default=None)
    reads = [at for _, status, at, _ in mine if status == "read"]
    ends = [(at, RANKS[s], code, s) for _, s, at, code in mine if s in RANKS]
    delivered = [at for at, rank, _, _ in ends if rank == 1]
    at, _, code, outcome = max(ends, default=(0, 0, 0, "unknown"))
    if reads:
        outcome, code, at = "delivered", 0, min(delivered, default=min(reads))
    elif outcome == "delivered":
        code, at = 0, min(delivered)
    if sent is None and outcome not in {"failed", "canceled"}:
        return None
    start = (sent if sent is not None else at) // MINUTE * MINUTE
    latency = max(at - sent, 0) if outcome == "delivered" and sent is not None else None
    return start, outcome, code, latency


def expected(facts: list[Fact]) -> tuple[Cells, Counter[int], Counter[int]]:
    """Cells, sketch and codes of all cells together."""
    cells: Cells = {}
    sketch, codes = Counter[int](), Counter[int]()
    for subject in {fact[0] for fact in facts}:
        if placed := place(facts, subject):
            start, outcome, code, latency = placed
            cells.setdefault((start, CLASSES[code]), Counter())[outcome] += 1
            if latency is not None:
                sketch[bucket_of(latency)] += 1
            if code and outcome in {"undelivered", "failed"}:
                codes[code] += 1
    return cells, sketch, codes


def found(cells: Iterable[WindowCell]) -> tuple[Cells, Counter[int], Counter[int]]:
    sums: Cells = {}
    sketch, codes = Counter[int](), Counter[int]()
    for cell in cells:
        names = ("delivered", "undelivered", "failed", "canceled", "unknown")
        counts = Counter({name: number for name in names if (number := getattr(cell, name))})
        assert cell.sent == counts.total()
        if counts:
            place = (cell.window_start * 1000 - START, cell.error_class)
            sums[place] = sums.get(place, Counter()) + counts
        sketch.update(dict(zip(cell.latency_buckets, cell.latency_counts, strict=True)))
        assert all(cell.codes.values())
        codes.update(cell.codes)
    return sums, sketch, codes


class Run:
    """Feeds a fold in any cut, with flushes and restarts, and keeps what readers would see."""

    def __init__(self, make: Callable[[], LifecycleFold], data: st.DataObject) -> None:
        self._make = make
        self._data = data
        self._rows: list[StateRow] = []
        self._windows: dict[tuple[object, ...], WindowCell] = {}
        self._funnel: dict[tuple[object, ...], FunnelCell] = {}
        self.announced: list[Item] = []

    def feed(self, elements: list[bytes]) -> None:
        draw = self._data.draw
        repeated = draw(st.lists(st.sampled_from(elements), max_size=5))
        order = draw(st.permutations([*elements, *repeated]))
        state, offset = new_state(self._make()), 0
        while order:
            size = draw(st.integers(1, len(order)))
            state.apply(record(offset, *order[:size], received=5 * MINUTE))
            order = order[size:]
            offset += 1
            if not order or draw(st.booleans()):
                state = self._flush(state)

    def _flush(self, state: PartitionState) -> PartitionState:
        flush = state.flush()
        assert flush is not None
        self._windows |= {_identity(cell): cell for cell in windows(flush.items)}
        self._funnel |= {_identity(cell): cell for cell in funnel(flush.items)}
        self.announced += flush.announcements
        self._rows.append(flush.row)
        if self._data.draw(st.booleans()):
            state = new_state(self._make())
            state.restore(self._rows)
        return state

    def windows(self) -> list[WindowCell]:
        return list(self._windows.values())

    def funnel(self) -> list[FunnelCell]:
        return list(self._funnel.values())


def _identity(cell: WindowCell | FunnelCell) -> tuple[object, ...]:
    shared = (cell.window_start, cell.account_sid, cell.service_sid, cell.country, cell.channel)
    if isinstance(cell, FunnelCell):
        return shared
    return (*shared, cell.carrier, cell.sender_type, cell.error_class)


@PATIENT
@given(FACTS, st.data())
def test_messages(facts: list[Fact], data: st.DataObject) -> None:
    run = Run(new_fold, data)
    run.feed([message(*fact) for fact in facts])
    assert found(run.windows()) == expected(facts)


@PATIENT
@given(FACTS, st.data())
def test_messages_are_told_once_of_each_kind(facts: list[Fact], data: st.DataObject) -> None:
    run = Run(new_fold, data)
    run.feed([message(*fact) for fact in facts])
    told = [(each.subject_sid, each.kind) for each in outcomes(run.announced)]
    assert len(told) == len(set(told))
    for subject in {fact[0] for fact in facts}:
        kinds = [kind for sid, kind in told if sid == f"SM{subject}"]
        placed = place(facts, subject)
        if placed and placed[1] in {"failed", "undelivered"}:
            assert placed[1] in kinds
        if placed and placed[1] == "delivered" and kinds:
            assert kinds[-1] == "recovered"


@PATIENT
@given(FACTS, st.data())
def test_attempts(facts: list[Fact], data: st.DataObject) -> None:
    run = Run(lambda: new_fold("verify"), data)
    run.feed([attempt(*fact) for fact in facts])
    assert found(run.windows()) == expected(facts)
    assert run.funnel() == []  # attempts alone do not say when a verification was started


#: (verification, status, time, attempts named)
Report = tuple[int, str, int, int]
STATES = ["pending", "approved", "canceled", "expired", "max_attempts_reached"]
REPORTS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(STATES),
        st.integers(2_000, 5 * MINUTE),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)


def sent_codes(sid: int, attempts: int) -> dict[str, object]:
    each = [
        {"time": "", "channel": "SMS", "attempt_sid": f"VL{2 * sid}"},
        {"time": "", "channel": "WHATSAPP", "attempt_sid": f"VL{2 * sid + 1}"},
        {"time": "", "channel": "CALL", "attempt_sid": f"VLX{sid}"},
    ]
    return {"send_code_attempts": {"count": attempts, "attempts": each[:attempts]}}


def state_of(reports: list[Report], sid: int) -> int:
    """Which of ``STATES`` a verification has come to: an approval, else the latest end."""
    ends = [(at, STATES.index(state)) for own, state, at, _ in reports if own == sid]
    if any(state == 1 for _, state in ends):
        return 1
    return max((end for end in ends if end[1]), default=(0, 0))[1]


def expected_funnel(reports: list[Report], facts: list[Fact]) -> Counter[str]:
    counts = Counter[str]()
    for sid in {report[0] for report in reports}:
        mine = [report for report in reports if report[0] == sid]
        names = ("pending", "approved", "canceled", "expired", "max_attempts")
        counts[names[state_of(reports, sid)]] += 1
        attempts = {f"VL{2 * sid + number}" for number in (0, 1)}
        codes = max(report[3] for report in mine)
        named = {f"VL{2 * sid}", f"VL{2 * sid + 1}", f"VLX{sid}"}
        listed = set(
            sorted(named, key=[f"VL{2 * sid}", f"VL{2 * sid + 1}", f"VLX{sid}"].index)[:codes]
        )
        told = {f"VL{fact[0]}" for fact in facts} & attempts
        counts["attempts"] += len(listed | told)
        counts["repeated"] += len(listed | told) > 1
        arrived = {fact[0] for fact in facts if fact[1] in {"delivered", "read"}}
        counts["delivered"] += bool(arrived & {2 * sid, 2 * sid + 1})
    return +counts


@PATIENT
@given(REPORTS, st.one_of(st.just([]), FACTS), st.data())
def test_verifications(reports: list[Report], facts: list[Fact], data: st.DataObject) -> None:
    run = Run(lambda: new_fold("verify"), data)
    elements = [
        verification(sid, state, at, 1_000 + sid * MINUTE, **sent_codes(sid, attempts))
        for sid, state, at, attempts in reports
    ]
    run.feed([*elements, *(attempt(*fact) for fact in facts)])
    counts = Counter[str]()
    for cell in run.funnel():
        counts.update({name: getattr(cell, name) for name in (*FUNNEL_COUNTS, "delivered")})
        states = (cell.pending, cell.approved, cell.canceled, cell.expired, cell.max_attempts)
        assert cell.started == sum(states)
        assert sum(cell.approve_counts) == cell.approved
    assert +counts == expected_funnel(reports, facts)


@PATIENT
@given(REPORTS, FACTS, st.data())
def test_ends_are_told_of_what_came_to_grief(
    reports: list[Report], facts: list[Fact], data: st.DataObject
) -> None:
    run = Run(lambda: new_fold("verify"), data)
    elements = [verification(sid, state, at, 1_000 + sid * MINUTE) for sid, state, at, _ in reports]
    run.feed([*elements, *(attempt(*fact) for fact in facts)])
    told = outcomes(run.announced)
    assert len({each.id for each in told}) == len(told)
    for sid in {report[0] for report in reports}:
        mine = [each for each in told if each.verification_sid == f"VE{sid}"]
        ends = [each.verification_status for each in mine if each.kind == "ended"]
        state = STATES[state_of(reports, sid)]
        assert ends[-1:] == ([state] if mine and state != "pending" else [])
        assert [each.kind for each in mine[:1]] != ["ended"]


FUNNEL_COUNTS = (
    "pending",
    "approved",
    "canceled",
    "expired",
    "max_attempts",
    "attempts",
    "repeated",
)

STEPS = {
    "sent": ("ringing", "ringing"),
    "delivered": ("answered", "in-progress"),
    "undelivered": ("completed", "busy"),
    "failed": ("completed", "failed"),
    "canceled": ("completed", "canceled"),
}
CALLS = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(sorted(STEPS)), st.integers(0, 4 * MINUTE), st.just(0)
    ),
    min_size=1,
    max_size=10,
)


@PATIENT
@given(CALLS, st.data())
def test_calls(facts: list[Fact], data: st.DataObject) -> None:
    run = Run(lambda: new_fold("voice"), data)
    run.feed([call(sid, STEPS[step][0], at, STEPS[step][1]) for sid, step, at, _ in facts])
    cells: dict[int, Counter[str]] = {}
    for sid in {fact[0] for fact in facts}:
        mine = [fact for fact in facts if fact[0] == sid]
        placed = place([*mine, (sid, "sent", 10**9, 0)], sid)  # a call's end may stand alone
        assert placed is not None
        starts = [at for _, step, at, _ in mine if step == "sent"]
        answers = [at for _, step, at, _ in mine if step == "delivered"]
        ends = [at for _, step, at, _ in mine if step != "sent"]
        end = min(answers) if placed[1] == "delivered" else max(ends, default=0)
        start = min(starts, default=end) // MINUTE * MINUTE
        cells.setdefault(start, Counter())[placed[1]] += 1
    sums: dict[int, Counter[str]] = {}
    for (start, error_class), counts in found(run.windows())[0].items():
        assert (error_class == "busy") == (set(counts) == {"undelivered"})
        sums[start] = sums.get(start, Counter()) + counts
    assert sums == cells
