import asyncio
from collections.abc import Awaitable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.coalescer import Coalescer, Limits, Record
from ingest.deadlines import Deadlines
from ingest.delivery import Delivery, LateError
from pipeline.errors import UnavailableError
from pipeline.records import partition_of, read_headers

TOPIC = "twilio.messaging"
NOW_MS = 1_700_000_000_000


class Shelf:
    """An outlet that keeps records and acknowledges when told to."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.acknowledgements: list[asyncio.Future[None]] = []

    async def send(self, record: Record) -> Awaitable[object]:
        self.records.append(record)
        self.acknowledgements.append(asyncio.get_running_loop().create_future())
        return self.acknowledgements[-1]


def coalescer_for(shelf: Shelf, partitions: int = 1, **limits: float) -> Coalescer:
    values = {"window_s": 0.0, "max_events": 100, "max_bytes": 1_000_000, **limits}
    bounds = Limits(values["window_s"], int(values["max_events"]), int(values["max_bytes"]))
    coalescer = Coalescer(shelf, bounds, "ingress-1", lambda: NOW_MS)
    coalescer.lay_out({TOPIC: partitions, "twilio.dead-letters": 1})
    return coalescer


async def sent(shelf: Shelf, count: int) -> None:
    """Wait until so many records have left."""
    async with asyncio.timeout(5):
        while len(shelf.records) < count:  # noqa: ASYNC110  one turn of the loop, no time
            await asyncio.sleep(0)


async def test_what_comes_within_the_window_is_one_record_with_headers() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf)
    for element in (b"1", b"2", b"3"):
        coalescer.add(TOPIC, "SM1", element, Delivery())
    await sent(shelf, 1)
    (record,) = shelf.records
    assert (record.value, record.topic, record.partition) == (b"[1,2,3]", TOPIC, 0)
    info = read_headers(record.headers, 0)
    assert (info.received_at, info.ingress_id, info.events) == (NOW_MS, "ingress-1", 3)
    assert dict(record.headers)["content-type"] == b"application/cloudevents-batch+json"


async def test_what_comes_while_a_record_is_under_way_waits_for_its_end() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf, window_s=60)
    for element in (b"1", b"2", b"3"):
        coalescer.add(TOPIC, "SM1", element, Delivery())
        await sent(shelf, 1)
    shelf.acknowledgements[0].set_result(None)
    await sent(shelf, 2)
    assert [record.value for record in shelf.records] == [b"[1]", b"[2,3]"]


async def test_what_is_under_way_for_long_holds_nothing_up_beyond_the_window() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf, window_s=0.01)
    coalescer.add(TOPIC, "SM1", b"1", Delivery())
    await sent(shelf, 1)
    coalescer.add(TOPIC, "SM1", b"2", Delivery())
    await sent(shelf, 2)
    assert not any(future.done() for future in shelf.acknowledgements)


async def test_a_record_is_full_by_count() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf, max_events=2)
    for number in range(5):
        coalescer.add(TOPIC, "SM1", b"%d" % number, Delivery())
    await sent(shelf, 3)
    assert [record.value for record in shelf.records] == [b"[0,1]", b"[2,3]", b"[4]"]


async def test_one_requests_events_fill_records_as_single_ones_do() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf, max_events=3, max_bytes=10)
    coalescer.add(TOPIC, "SM1", b"0", Delivery())
    mine = Delivery()
    elements = [b"1", b"2", b"3", b'"too large"', b"4", b"5"]
    coalescer.add_all([(TOPIC, "SM1", each) for each in elements], mine)
    assert coalescer.unacked_bytes == sum(map(len, elements)) + 1
    await sent(shelf, 4)
    values = [record.value for record in shelf.records]
    assert values == [b"[0,1,2]", b"[3]", b'["too large"]', b"[4,5]"]
    for future in shelf.acknowledgements:
        future.set_result(None)
    await asyncio.wait_for(mine.wait(Deadlines(60)), 5)


async def test_an_event_larger_than_a_record_travels_alone_and_in_order() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf, max_bytes=10)
    for element in (b"11", b'"much too large"', b"22"):
        coalescer.add(TOPIC, "SM1", element, Delivery())
    await sent(shelf, 3)
    assert [record.value for record in shelf.records] == [b"[11]", b'["much too large"]', b"[22]"]


async def test_a_request_waits_for_exactly_its_own_records() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf, max_events=1)
    mine, other = Delivery(), Delivery()
    coalescer.add(TOPIC, "SM1", b"1", mine)
    coalescer.add(TOPIC, "SM1", b"2", mine)
    coalescer.add(TOPIC, "SM1", b"3", other)
    await sent(shelf, 3)
    waiting = asyncio.create_task(mine.wait(Deadlines(60)))
    shelf.acknowledgements[0].set_result(None)
    await asyncio.sleep(0)
    assert not waiting.done()
    shelf.acknowledgements[1].set_result(None)
    await asyncio.wait_for(waiting, 5)
    assert coalescer.unacked_bytes == 1


async def test_a_failed_record_fails_its_request_and_frees_its_bytes() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf)
    delivery = Delivery()
    coalescer.add(TOPIC, "SM1", b"1", delivery)
    await sent(shelf, 1)
    shelf.acknowledgements[0].set_exception(UnavailableError("gone"))
    with pytest.raises(UnavailableError, match="gone"):
        await delivery.wait(Deadlines(60))
    assert coalescer.unacked_bytes == 0


async def test_no_acknowledgement_in_time_is_late() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf)
    delivery = Delivery()
    coalescer.add(TOPIC, "SM1", b"1", delivery)
    with pytest.raises(LateError):
        await delivery.wait(Deadlines(0.01))
    shelf.acknowledgements[0].set_result(None)
    assert await coalescer.drain(5)


async def test_an_empty_request_waits_for_nothing() -> None:
    await Delivery().wait(Deadlines(0))


async def test_drain_sends_what_is_open_and_says_when_it_is_not_acknowledged() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf, window_s=3600)
    coalescer.add(TOPIC, "SM1", b"1", Delivery())
    assert not await coalescer.drain(0.01)
    shelf.acknowledgements[0].set_result(None)
    assert await coalescer.drain(5)


async def test_a_trace_goes_on_when_all_events_of_a_record_belong_to_it() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf)
    trace = b"00-" + b"1" * 32 + b"-" + b"2" * 16 + b"-01"
    traced = Delivery(trace)
    coalescer.add(TOPIC, "SM1", b"1", traced)
    coalescer.add(TOPIC, "SM1", b"2", traced)
    await sent(shelf, 1)
    coalescer.add(TOPIC, "SM1", b"3", Delivery(trace))
    coalescer.add(TOPIC, "SM1", b"4", Delivery())
    await sent(shelf, 2)
    alone, mixed = (dict(record.headers) for record in shelf.records)
    assert alone["traceparent"] == trace
    assert "traceparent" not in mixed


async def test_other_topics_carry_no_headers_of_raw_records() -> None:
    shelf = Shelf()
    coalescer = coalescer_for(shelf)
    coalescer.add("twilio.dead-letters", "", b"{}", Delivery())
    await sent(shelf, 1)
    assert shelf.records[0].headers == []


@given(
    requests=st.lists(
        st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 999)), max_size=8), max_size=8
    ),
    partitions=st.integers(1, 4),
    max_events=st.integers(1, 5),
    max_bytes=st.integers(1, 20),
)
def test_nothing_is_lost_or_moved_whatever_the_limits(
    requests: list[list[tuple[str, int]]], partitions: int, max_events: int, max_bytes: int
) -> None:
    async def run() -> list[Record]:
        shelf = Shelf()
        coalescer = coalescer_for(shelf, partitions, max_events=max_events, max_bytes=max_bytes)
        for request in requests:
            delivery = Delivery()
            for key, number in request:
                coalescer.add(TOPIC, key, b"%d" % number, delivery)
        await coalescer.drain(0.001)
        return shelf.records

    records = asyncio.run(run())
    for partition in range(partitions):
        expected = [
            b"%d" % number
            for request in requests
            for key, number in request
            if partition_of(key, partitions) == partition
        ]
        own = [record for record in records if record.partition == partition]
        assert all(record.events <= max_events for record in own)
        assert [text for record in own for text in record.value[1:-1].split(b",")] == expected
