"""The wait for a receipt is learned from those that came."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sketch import ACCURACY, bucket_of
from processors.lifecycle.dimensions import Dimensions
from processors.lifecycle.fold import LifecycleFold
from processors.lifecycle.waits import Waits
from tests.processors.lifecycle.stage import (
    HORIZON,
    MINUTE,
    PATIENT,
    RULES,
    SILENCE,
    START,
    message,
    new_fold,
    outcomes,
    record,
    told,
)

LEARNING = msgspec.structs.replace(
    RULES, silence_quantile=0.9, silence_floor_ms=4_000, silence_samples=10
)
GERMANY = Dimensions("AC1", "MG1", "sms", "DE")
DELAYS = st.lists(st.integers(1, 3_600_000), min_size=10, max_size=300)
#: Every third is WhatsApp's.
TEXTS = [sid for sid in range(1, 100) if sid % 3]


def taught(*delays: int, fold: LifecycleFold | None = None) -> LifecycleFold:
    fold = fold or new_fold(rules=LEARNING)
    for offset, (sid, delay) in enumerate(zip(TEXTS, delays, strict=False)):
        fold.apply(record(offset, message(sid, "sent", 0), message(sid, "delivered", delay)))
    return fold


def silent_after(fold: LifecycleFold, sid: int = 1_000, sent: int = MINUTE) -> float:
    """The wait for one that is sent now, in seconds."""
    fold.apply(record(1_000, message(sid, "sent", sent), received=sent))
    fold.advance(START + sent + 2 * SILENCE)
    (outcome,) = [each for each in outcomes(fold.announcements()) if each.kind == "silent"]
    return (outcome.decided_at - outcome.sent_at) / 1000


@PATIENT
@given(delays=DELAYS, quantile=st.floats(0.01, 0.999))
def test_that_share_of_the_receipts_came_within_the_wait(
    delays: list[int], quantile: float
) -> None:
    waits = Waits(quantile, samples=10)
    for delay in delays:
        waits.count(GERMANY, bucket_of(delay), 1)
    found = waits.quantile_ms(GERMANY)
    within = sum(delay <= found * (1 + 2 * ACCURACY) + 1 for delay in delays)
    sooner = sum(delay < found * (1 - 2 * ACCURACY) - 1 for delay in delays)
    assert sooner <= quantile * len(delays) <= within


def test_countries_and_channels_are_learned_apart() -> None:
    waits = Waits(0.9, samples=10)
    waits.count(GERMANY, bucket_of(5_000), 10)
    assert waits.quantile_ms(GERMANY) == pytest.approx(5_000, rel=ACCURACY)
    assert waits.quantile_ms(Dimensions("AC1", "MG1", "sms", "FR")) == 0
    assert waits.quantile_ms(Dimensions("AC1", "MG1", "whatsapp", "DE")) == 0
    assert waits.quantile_ms(Dimensions("AC2", "MG2", "sms", "DE")) > 0


def test_what_was_counted_out_is_forgotten() -> None:
    waits = Waits(0.9, samples=10)
    waits.count(GERMANY, bucket_of(5_000), 10)
    waits.count(GERMANY, bucket_of(60_000), 90)
    assert waits.quantile_ms(GERMANY) == pytest.approx(60_000, rel=ACCURACY)
    waits.count(GERMANY, bucket_of(60_000), -90)
    assert waits.quantile_ms(GERMANY) == pytest.approx(5_000, rel=ACCURACY)


def test_silence_is_told_as_soon_as_receipts_usually_are_there() -> None:
    assert silent_after(taught(*[9_000] * 20)) == pytest.approx(9, rel=ACCURACY)


def test_few_receipts_teach_nothing() -> None:
    assert silent_after(taught(*[9_000] * 9)) == SILENCE / 1000


def test_it_is_never_sooner_than_the_floor_nor_later_than_the_channels_deadline() -> None:
    assert silent_after(taught(*[500] * 20)) == 4
    assert silent_after(taught(*[2 * SILENCE] * 20)) == SILENCE / 1000


def test_a_restart_changes_neither_what_was_learned_nor_a_deadline_that_was_set() -> None:
    fold = taught(*[9_000] * 20)
    fold.apply(record(50, message(998, "sent", MINUTE), received=MINUTE))
    body, _ = fold.encode(())
    restored = new_fold(rules=LEARNING)
    restored.restore(body)
    taught(*[60_000] * len(TEXTS), fold=restored)  # the first twenty had theirs
    restored.advance(START + MINUTE + 11_000)
    assert ("silent", "SM998") in told(restored)
    assert silent_after(taught(fold=restored), sent=2 * MINUTE) == pytest.approx(60, rel=ACCURACY)


def test_what_lies_behind_the_horizon_is_unlearned() -> None:
    fold = taught(*[9_000] * 20)
    later = HORIZON + 5 * MINUTE
    fold.apply(record(100, received=later))
    fold.expire()
    assert silent_after(fold, sent=later + 1_000) == SILENCE / 1000
