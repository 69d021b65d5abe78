from processors.alerts.cells import Growth
from processors.alerts.config import USUAL_NOTICES, NoticeRule
from processors.alerts.notices import Notices


def growth(
    account: str = "AC1",
    service: str = "MG1",
    failed: int = 1,
    error_class: str = "config",
    codes: dict[int, int] | None = None,
) -> Growth:
    leaf = ("messaging", account, "sms", service, "BR", "", "")
    return Growth(leaf, 100, error_class, failed, {30002: 1} if codes is None else codes)


def test_the_first_failure_is_told_at_once_and_the_rest_counted() -> None:
    notices = Notices(USUAL_NOTICES)
    (first,) = notices.hear(growth(), 7000)
    assert (first.rule, first.severity, first.count) == ("account suspended", "page", 1)
    assert first.id == "notice:account suspended:AC1:MG1:30002:7000"
    assert first.name
    assert "error_code = 30002" in first.sql
    assert "finished_at >= toDateTime(6000, 'UTC')" in first.sql
    assert [list(notices.hear(growth(), 7000 + at)) for at in (1, 2, 3599)] == [[], [], []]
    (again,) = notices.hear(growth(failed=2, codes={30002: 2}), 7000 + 3600)
    assert again.count == 5


def test_groups_are_apart_and_others_are_not_told() -> None:
    notices = Notices(USUAL_NOTICES)
    assert len(list(notices.hear(growth(), 0))) == 1
    assert len(list(notices.hear(growth("AC2"), 0))) == 1
    assert len(list(notices.hear(growth(error_class="fraud", codes={30450: 1}), 0))) == 1
    assert list(notices.hear(growth(error_class="transient", codes={30003: 1}), 0)) == []


def test_any_failure_of_a_chosen_service_also_without_a_code() -> None:
    notices = Notices((NoticeRule(name="vip", service_sids=("MG7",), every_minutes=1),))
    assert list(notices.hear(growth(), 0)) == []
    told = list(notices.hear(growth(service="MG7", failed=3, codes={30003: 2}), 0))
    assert [(each.code, each.count) for each in told] == [(30003, 2), (0, 1)]


def test_the_oldest_groups_make_room_and_a_restart_keeps_the_order() -> None:
    notices, other = Notices(USUAL_NOTICES), Notices(USUAL_NOTICES)
    for number in range(10_001):
        list(notices.hear(growth(f"AC{number}"), number))
    assert len(notices.groups) == 10_000
    assert next(iter(notices.groups))[1] == "AC1"
    other.put(reversed(notices.groups.values()))
    other.resume()
    assert list(other.groups) == list(notices.groups)
