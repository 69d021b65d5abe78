from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.lifecycle.delivery import Delivery
from processors.lifecycle.dimensions import DIMENSIONS
from processors.lifecycle.placement import Placement, class_of
from processors.lifecycle.receipt import Receipt
from processors.lifecycle.status import CONTRADICTORY, DELIVERED, FAILED, STATUSES
from tests.processors.lifecycle.stage import PATIENT

DIMS = DIMENSIONS["AC1", "MG1", "sms", "US", "", ""]
RECEIPTS = st.builds(
    Receipt,
    sid=st.just("SM1"),
    status=st.sampled_from(sorted(STATUSES.values())),
    time=st.integers(1, 50),
    error_code=st.sampled_from([0, 30003, 30007]),
    dims=st.builds(
        lambda service, country: DIMENSIONS["AC1", service, "sms", country, "", ""],
        st.sampled_from(["", "MG1", "MG2"]),
        st.sampled_from(["", "US"]),
    ),
    to=st.sampled_from(["", "+15550100002"]),
    tags=st.sampled_from(["", '{"a":"b"}']),
    has_fallback=st.booleans(),
)
SENT_FIRST, ANY_END = Placement(needs_sent=True), Placement(needs_sent=False)


def joined(receipts: list[Receipt]) -> Delivery:
    delivery = Delivery("SM1", receipts[0].dims)
    for receipt in receipts:
        delivery.merge(receipt, 60)
    return delivery


def facts(delivery: Delivery) -> Delivery:
    """All that is a join: contacts are only kept while somebody may need them."""
    return msgspec.structs.replace(delivery, to="", tags="")


def receipt(status: str, time: int, code: int = 0) -> Receipt:
    return Receipt("SM1", STATUSES[status], time, code, DIMS, "+15550100002")


@PATIENT
@given(st.lists(RECEIPTS, min_size=1, max_size=5))
def test_every_order_gives_the_same_state(receipts: list[Receipt]) -> None:
    expected = facts(joined(receipts))
    assert all(facts(joined(list(order))) == expected for order in permutations(receipts))


@PATIENT
@given(st.lists(RECEIPTS, min_size=1), st.data())
def test_repetition_changes_nothing(receipts: list[Receipt], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(receipts)))
    assert facts(joined([*receipts, *again])) == facts(joined(receipts))


@PATIENT
@given(st.lists(RECEIPTS, min_size=1))
def test_what_was_said_is_known(receipts: list[Receipt]) -> None:
    assert joined(receipts).knows(receipts[-1]) or len(receipts) > 1
    assert joined([receipts[-1]]).knows(receipts[-1])


def test_a_late_sent_does_not_undo_delivered() -> None:
    delivery = joined([receipt("delivered", 9_000), receipt("sent", 4_000), receipt("queued", 3)])
    assert delivery.outcome == DELIVERED
    assert (delivery.sent_at, delivery.finished_at) == (4_000, 9_000)


def test_the_latest_of_two_terminal_statuses_counts() -> None:
    delivery = joined([receipt("failed", 5_000, 30007), receipt("delivered", 4_000)])
    assert (delivery.outcome, class_of(delivery.code)) == (FAILED, "filtered")
    assert CONTRADICTORY[delivery.seen]


def test_a_tie_is_decided_by_rank() -> None:
    assert joined([receipt("failed", 5), receipt("delivered", 5)]).outcome == FAILED


def test_read_means_delivered_even_after_a_failure() -> None:
    delivery = joined(
        [receipt("sent", 1_000), receipt("failed", 8_000, 30008), receipt("read", 6_000)]
    )
    assert (delivery.outcome, delivery.finished_at) == (DELIVERED, 6_000)
    assert CONTRADICTORY[delivery.seen]


def test_sent_delivered_and_read_agree() -> None:
    delivery = joined([receipt("sent", 1), receipt("delivered", 2), receipt("read", 3)])
    assert not CONTRADICTORY[delivery.seen]


def test_a_message_that_is_only_queued_is_in_no_window() -> None:
    delivery = joined([receipt("queued", 7)])
    assert (SENT_FIRST.window_time(delivery), SENT_FIRST.anchor(delivery)) == (0, 7)


def test_a_failure_may_be_all_there_is() -> None:
    assert SENT_FIRST.window_time(joined([receipt("queued", 7), receipt("failed", 90)])) == 90


def test_a_delivery_waits_for_its_sending() -> None:
    delivery = joined([receipt("delivered", 90)])
    assert (SENT_FIRST.window_time(delivery), SENT_FIRST.anchor(delivery)) == (0, 90)
    assert ANY_END.window_time(delivery) == 90
    delivery.merge(receipt("sent", 40), 60)
    assert SENT_FIRST.window_time(delivery) == 40


def test_contacts_go_with_the_delivery() -> None:
    delivery = joined([receipt("sent", 1)])
    assert delivery.recipient == "+15550100002"
    delivery.merge(receipt("delivered", 2), 60)
    assert delivery.recipient == ""


@pytest.mark.parametrize("address", ["+15550100002", "+0155", "+", "", "ACME", "+٤٤", "+1" * 10])
def test_any_address_is_given_back_as_told(address: str) -> None:
    delivery = Delivery("SM1", DIMS)
    delivery.merge(msgspec.structs.replace(receipt("sent", 1), to=address), 60)
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(delivery), type=Delivery)
    assert stored.recipient == address
