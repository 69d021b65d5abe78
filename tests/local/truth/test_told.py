"""The last word told of each subject, and how verifications ended."""

import pytest

from local.truth.rows import CallRow, MessageRow, VerificationRow
from local.truth.told import ToldRow, compare_told
from local.truth.truth import Truth

AT = 1_767_225_600_000


def message(outcome: str, code: int = 0, sent: int | None = AT) -> MessageRow:
    return MessageRow("AC1", "MG1", "sms", "US", outcome, code, sent, None)


def told(kind: str, sid: str, code: int = 0, *, of: str = "", status: str = "") -> ToldRow:
    return ToldRow(f"{sid}:{kind}:{status}", kind, sid, of, status, code)


MESSAGES = Truth(
    messages={
        "SM1": message("delivered"),
        "SM2": message("undelivered", 30003),
        "SM3": message("failed", 30007, sent=None),
        "SM4": message("unknown"),
        "SM5": message("unknown", sent=None),
        "SM6": message("canceled"),
    }
)
ENDS = [told("undelivered", "SM2", 30003), told("failed", "SM3", 30007)]


@pytest.mark.parametrize(
    "more",
    [
        [],
        [told("silent", "SM1"), told("recovered", "SM1")],
        [told("failed", "SM1", 30003), told("recovered", "SM1")],
        [told("silent", "SM2"), told("failed", "SM2", 30001)],
        [told("silent", "SM4")],
        [told("silent", "SM6")],
    ],
)
def test_what_may_be_told(more: list[ToldRow]) -> None:
    result = compare_told(MESSAGES, [*ENDS, *more], silence_is_due=False)
    assert result.clean, result
    assert result.equal == 2 + any(row.subject_sid in {"SM1", "SM4", "SM6"} for row in more)


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (ENDS[:1], "missing"),
        ([*ENDS, told("silent", "SM1")], "differing"),
        ([*ENDS, told("failed", "SM4", 30003)], "differing"),
        ([*ENDS, told("silent", "SM5")], "unexpected"),
        ([*ENDS, told("failed", "SM9", 30003)], "unexpected"),
        ([*ENDS, told("failed", "SM6", 30003)], "differing"),
        ([ENDS[0]._replace(error_code=30005), ENDS[1]], "differing"),
        ([*ENDS, ENDS[0]], "repeated"),
    ],
)
def test_what_is_wrong(rows: list[ToldRow], kind: str) -> None:
    result = compare_told(MESSAGES, rows, silence_is_due=False)
    assert getattr(result, kind) == 1
    assert result.missing + result.differing + result.unexpected + result.repeated == 1


def test_silence_is_missed_once_it_is_due() -> None:
    result = compare_told(MESSAGES, ENDS, silence_is_due=True)
    assert [each.key for each in result.first] == ["SM4"]
    assert compare_told(MESSAGES, [*ENDS, told("silent", "SM4")], silence_is_due=True).clean


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [("busy", "undelivered"), ("no-answer", "undelivered"), ("failed", "failed")],
)
def test_calls_that_did_not_get_through(outcome: str, kind: str) -> None:
    truth = Truth(calls={"CA1": CallRow("AC1", "US", outcome, AT, None, AT, 0)})
    assert compare_told(truth, [told(kind, "CA1", 13224)], silence_is_due=False).equal == 1
    assert compare_told(truth, [], silence_is_due=False).missing == 1


def test_an_end_must_be_told_of_a_verification_that_came_to_grief() -> None:
    own = VerificationRow("AC1", "VA1", "US", "sms", "approved", AT, AT + 9, ("sms",), 2, 1)
    truth = Truth(
        attempts={"VL1": message("failed", 30003), "VL2": message("delivered")},
        verifications={"VE1": own, "VE2": own, "VE3": own._replace(status="pending")},
    )
    failed = told("failed", "VL1", 30003, of="VE1", status="pending")
    ended = told("ended", "VE1", of="VE1", status="approved")
    assert compare_told(truth, [failed, ended], silence_is_due=False).equal == 2
    missed = compare_told(truth, [failed], silence_is_due=False)
    assert (missed.missing, missed.first[0].key) == (1, "VE1")
    wrong = compare_told(
        truth, [failed, ended._replace(verification_status="canceled")], silence_is_due=False
    )
    assert (wrong.differing, wrong.first[0].key) == (1, "VE1")
