"""The traffic is reproducible, real enough, and means what its plan says."""

from collections import Counter
from itertools import pairwise

from local.simulator.planned import PlannedEvent
from local.simulator.traffic import Plan, stories
from pipeline.twilio.catalogue import PRODUCTS, event_types, product_of
from pipeline.twilio.event import read_event
from tests.local.simulator.conftest import START, MakePlan


def _events(plan: Plan) -> list[PlannedEvent]:
    return [event for _, story in stories(plan) for event in story]


def test_the_same_plan_gives_the_same_bytes(make_plan: MakePlan) -> None:
    first, second = _events(make_plan(seed=7)), _events(make_plan(seed=7))

    assert [event.element for event in first] == [event.element for event in second]


def test_another_seed_gives_other_traffic(make_plan: MakePlan) -> None:
    first, second = _events(make_plan(seed=7)), _events(make_plan(seed=8))

    assert [event.status for event in first] != [event.status for event in second]


def test_a_second_run_of_a_seed_behaves_alike_but_shares_no_identifier(make_plan: MakePlan) -> None:
    first, second = _events(make_plan()), _events(make_plan(start=START + 1_000))

    assert [event.status for event in first] == [event.status for event in second]
    assert not {event.id for event in first} & {event.id for event in second}
    assert not {event.subject_sid for event in first} & {event.subject_sid for event in second}


def test_every_event_means_to_the_pipeline_what_its_plan_says(make_plan: MakePlan) -> None:
    for event in _events(make_plan(scenario="outage")):
        read = read_event(event.element, received_at=0)
        assert (read.event_id, read.event_type, read.subject_sid, read.event_time) == (
            event.id,
            event.type,
            event.subject_sid,
            event.time,
        )
        assert (read.status, read.error_code) == (event.status, event.error_code)


def test_a_messages_events_carry_its_dimensions(make_plan: MakePlan) -> None:
    for event in _events(make_plan()):
        if message := event.message:
            read = read_event(event.element, received_at=0)
            assert (read.account_sid, read.messaging_service_sid) == (
                message.account.sid,
                message.service.sid,
            )
            assert (read.channel, read.country) == (message.channel, message.country.code)


def test_every_channel_of_messages_is_used(make_plan: MakePlan) -> None:
    messages = [event.message for event in _events(make_plan()) if event.message]

    assert {message.channel for message in messages} == {"sms", "mms", "whatsapp", "rcs"}


def test_only_types_of_the_catalogue_are_sent_and_every_raw_topic_gets_some(
    make_plan: MakePlan,
) -> None:
    types = {event.type for event in _events(make_plan())}

    assert types <= event_types().keys()
    assert {product_of(kind) for kind in types} == set(PRODUCTS)


def test_identifiers_are_distinct(make_plan: MakePlan) -> None:
    counts = Counter(event.id for event in _events(make_plan()))

    assert counts.most_common(1)[0][1] == 1


def test_starts_never_go_back(make_plan: MakePlan) -> None:
    starts = [start for start, _ in stories(make_plan())]

    assert all(earlier <= later for earlier, later in pairwise(starts))


def _delivered_share(events: list[PlannedEvent], country: str) -> float:
    endings = [
        event.status
        for event in events
        if event.message
        and event.message.country.code == country
        and event.status in {"delivered", "undelivered", "failed"}
    ]
    return endings.count("delivered") / len(endings)


def test_a_steady_run_delivers_about_96_percent(make_plan: MakePlan) -> None:
    events = _events(make_plan(messages=5_000))

    for country in ("US", "BR"):
        assert 0.93 < _delivered_share(events, country) < 0.99


def test_an_outage_breaks_one_country_in_the_middle_third(make_plan: MakePlan) -> None:
    plan = make_plan(messages=6_000, scenario="outage")
    length_ms = 60_000
    third = [(START + n * length_ms // 3, START + (n + 1) * length_ms // 3) for n in range(3)]
    parts = [
        [event for begin, story in stories(plan) if start <= begin < end for event in story]
        for start, end in third
    ]

    before, during, after = (_delivered_share(part, "BR") for part in parts)
    assert before > 0.9
    assert during < 0.4
    assert after > 0.9
    assert _delivered_share(parts[1], "US") > 0.9
