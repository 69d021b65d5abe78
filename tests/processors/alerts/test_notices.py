from typing import Any

import msgspec

from pipeline.items.outcome import Outcome
from processors.alerts.config import USUAL_NOTICES, NoticeRule
from processors.alerts.notices import Notices


def outcome(at_s: int = 0, **over: Any) -> Outcome:  # noqa: ANN401  any field
    told: dict[str, Any] = {
        "id": f"SM1:{at_s}",
        "kind": "failed",
        "product": "messaging",
        "subject_sid": "SM1",
        "account_sid": "AC1",
        "service_sid": "MG1",
        "verification_sid": "",
        "verification_status": "",
        "channel": "sms",
        "country": "BR",
        "error_code": 30002,
        "error_class": "config",
        "to": "+5511",
        "sent_at": 0,
        "decided_at": at_s * 1000,
        "has_fallback": False,
        "tags": {},
        "source_topic": "twilio.messaging",
        "source_partition": 0,
        "source_offset": 0,
        **over,
    }
    return msgspec.convert(told, Outcome)


def test_the_first_event_is_told_at_once_and_the_rest_counted() -> None:
    notices = Notices(USUAL_NOTICES)
    (first,) = notices.hear(outcome(0))
    assert (first.rule, first.severity, first.count) == ("account suspended", "page", 1)
    assert first.name
    assert [notices.hear(outcome(at)) for at in (1, 2, 3599)] == [[], [], []]
    (again,) = notices.hear(outcome(3600))
    assert again.count == 4


def test_groups_are_apart_and_others_are_not_told() -> None:
    notices = Notices(USUAL_NOTICES)
    assert len(notices.hear(outcome(0))) == 1
    assert len(notices.hear(outcome(0, account_sid="AC2"))) == 1
    assert len(notices.hear(outcome(0, error_code=30450, error_class="fraud"))) == 1
    assert notices.hear(outcome(0, error_code=30003, error_class="transient")) == []
    assert notices.hear(outcome(0, account_sid="AC3", kind="recovered")) == []


def test_any_failure_of_a_chosen_service() -> None:
    notices = Notices((NoticeRule(name="vip", service_sids=("MG7",), every_minutes=1),))
    assert notices.hear(outcome(0)) == []
    (told,) = notices.hear(outcome(0, service_sid="MG7", error_code=30003))
    assert told.subject_sid == "SM1"


def test_a_restart_does_not_tell_again() -> None:
    before, after = Notices(USUAL_NOTICES), Notices(USUAL_NOTICES)
    before.hear(outcome(0))
    before.hear(outcome(1))
    after.restore(before.encode())
    assert after.hear(outcome(2)) == []
    assert after.hear(outcome(3601))[0].count == 3
