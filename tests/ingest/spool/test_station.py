"""The spool with its drain against a Kafka that can be switched off: who is told what, when."""

import asyncio
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from ingest.coalescer import NeverError, Record
from ingest.spool.disk import Disk
from ingest.spool.spool import SpoolError
from ingest.spool.station import SpoolStation
from pipeline.errors import ConfigurationError, UnavailableError
from pipeline.settings import SpoolSettings, load
from tests.ingest.spool.faulty_disk import FaultyDisk

PATIENCE = 0.05


class Broker:
    """Acknowledges, keeps silent, refuses or is away, as a test says."""

    def __init__(self) -> None:
        self.problem: str | None = None
        self.silent = False
        self.refuses: Callable[[Record], Exception | None] = lambda _: None
        self.stored: list[Record] = []
        self.held: list[tuple[Record, asyncio.Future[None]]] = []

    async def send(self, record: Record) -> asyncio.Future[None]:
        if self.problem:
            raise UnavailableError(self.problem)
        if error := self.refuses(record):
            raise error
        acked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.held.append((record, acked))
        if not self.silent:
            self.wake()
        return acked

    def wake(self) -> None:
        """Take everything that was sent."""
        self.silent = False
        for record, acked in self.held:
            self.stored.append(record)
            acked.set_result(None)
        self.held = []


def record(number: int, size: int = 10) -> Record:
    headers = [("received-at", b"%d" % number)]
    return Record("twilio.messaging", number % 8, b"[%b]" % (b"x" * size), headers, 1)


async def put(station: SpoolStation, each: Record) -> None:
    await (await station.relay.send(each))


def open_station(folder: Path, broker: Broker, disk: Disk, **more: object) -> SpoolStation:
    values = {"directory": str(folder), "patience_s": PATIENCE, "segment_bytes": 4096, **more}
    return SpoolStation(load(SpoolSettings, **values), broker, lambda: 1, disk)


@asynccontextmanager
async def draining(station: SpoolStation) -> AsyncIterator[SpoolStation]:
    station.note_layout({"twilio.messaging": 8})
    running = asyncio.get_running_loop().create_task(station.run())
    try:
        yield station
    finally:
        running.cancel()
        await asyncio.wait([running])
        await station.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.005)


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"twilio_ingest_spool_{name}", labels) or 0.0


def files(folder: Path, pattern: str = "*.spool") -> list[Path]:
    return sorted(folder.glob(pattern))


def flip_a_bit(folder: Path) -> Path:
    (file,) = files(folder)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 4
    file.write_bytes(data)
    return file


async def fill(station: SpoolStation) -> int:
    """Put records until one is refused."""
    taken = 0
    with suppress(SpoolError):
        while True:
            await put(station, record(taken, 1000))
            taken += 1
    return taken


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


async def test_what_comes_while_kafka_is_away_arrives_later_in_order_as_it_was(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    sent = [record(number, 300) for number in range(100)]
    async with draining(open_station(tmp_path, broker, disk)) as station:
        broker.problem = "Kafka does not answer"
        for each in sent:
            await put(station, each)
        assert (station.relay.problem, station.relay.state) == (None, "spooling")
        assert counted("records") == 100
        assert len(files(tmp_path)) > 5
        broker.problem = None
        await until(lambda: counted("records") == 0 and not files(tmp_path))
        assert broker.stored == sent
        assert (station.relay.state, counted("bytes")) == ("ready", 0)


async def test_a_silent_kafka_costs_the_patience_once_and_no_duplicate(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    broker.silent = True
    async with draining(open_station(tmp_path, broker, disk)) as station:
        await asyncio.gather(*(put(station, record(number)) for number in range(5)))
        await put(station, record(5))
        assert station.relay.state == "spooling"
        assert len(broker.held) == 5
        broker.wake()
        await until(lambda: counted("records") == 0)
        assert broker.stored == [record(number) for number in range(6)]
        await put(station, record(6))
        assert broker.stored[-1] == record(6)


async def test_one_sync_serves_all_that_wait(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    broker.problem = "away"
    async with draining(open_station(tmp_path, broker, disk)) as station:
        before = disk.syncs
        await asyncio.gather(*(put(station, record(number)) for number in range(500)))
        assert disk.syncs - before <= 10
        assert counted("records") == 500


async def test_what_was_not_drained_is_drained_by_the_next_process(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    broker.problem = "away"
    async with draining(open_station(tmp_path, broker, disk)) as station:
        for number in range(20):
            await put(station, record(number))
    broker.problem = None
    async with draining(open_station(tmp_path, broker, disk)) as station:
        assert station.last_layout(("twilio.messaging",)) == {"twilio.messaging": 8}
        assert station.last_layout(("twilio.messaging", "twilio.new")) is None
        await until(lambda: counted("records") == 0)
    assert broker.stored == [record(number) for number in range(20)]


async def test_a_flipped_bit_costs_one_record_and_is_counted(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    broker.problem = "away"
    async with draining(open_station(tmp_path, broker, disk)) as station:
        await asyncio.gather(*(put(station, record(number)) for number in range(3)))
    file = flip_a_bit(tmp_path)
    lost, holes = counted("lost_records_total"), counted("damages_total", kind="hole")
    broker.problem = None
    async with draining(open_station(tmp_path, broker, disk)):
        await until(lambda: counted("records") == 0)
        await until(lambda: not file.exists())
    assert broker.stored == [record(0), record(2)]
    assert counted("lost_records_total") == lost + 1
    assert counted("damages_total", kind="hole") == holes + 1


@pytest.mark.parametrize("fault", [FaultyDisk.fill_up, FaultyDisk.turn_read_only])
async def test_a_failing_disk_is_told_to_twilio_and_forgiven(
    tmp_path: Path, broker: Broker, disk: FaultyDisk, fault: Callable[[FaultyDisk], None]
) -> None:
    broker.problem = "away"
    refused = counted("refused_records_total", reason="disk")
    async with draining(open_station(tmp_path, broker, disk)) as station:
        await put(station, record(0))
        fault(disk)
        with pytest.raises(SpoolError):
            await put(station, record(1))
        assert counted("refused_records_total", reason="disk") == refused + 1
        assert str(station.relay.problem).startswith("away; the spool's disk fails: ")
        disk.fails = {}
        await put(station, record(2))
        assert station.relay.problem is None
        broker.problem = None
        await until(lambda: counted("records") == 0)
    assert broker.stored == [record(0), record(2)]


async def test_a_full_spool_refuses_and_takes_again_when_drained(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    broker.problem = "away"
    limits = {"max_bytes": 64 * 1024, "segment_bytes": 16 * 1024}
    async with draining(open_station(tmp_path, broker, disk, **limits)) as station:
        taken = await fill(station)
        assert 55 <= taken <= 64
        assert station.relay.problem == "away; the spool is full"
        assert counted("bytes") <= 64 * 1024
        broker.problem = None
        await until(lambda: counted("records") == 0)
        broker.problem = "away"
        await put(station, record(100, 1000))
    assert broker.stored == [record(number, 1000) for number in range(taken)]


async def test_a_record_kafka_never_takes_is_set_aside_and_the_rest_goes_on(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    broker.problem = "away"
    broker.refuses = lambda each: NeverError("too large") if each == record(1) else None
    async with draining(open_station(tmp_path, broker, disk)) as station:
        for number in range(3):
            await put(station, record(number))
        broker.problem = None
        await until(lambda: counted("records") == 0)
        await until(lambda: station.relay.state == "ready")
        with pytest.raises(NeverError):
            await put(station, record(1))
    assert broker.stored == [record(0), record(2)]
    (kept,) = files(tmp_path, "*.refused")
    assert record(1).value in kept.read_bytes()


async def test_a_file_that_can_not_be_read_is_put_aside_and_the_rest_goes_on(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    broker.problem = "away"
    async with draining(open_station(tmp_path, broker, disk)) as station:
        for number in range(2):
            await put(station, record(number, 5000))
        disk.unreadable = {files(tmp_path)[0]}
    broker.problem = None
    lost = counted("lost_records_total")
    async with draining(open_station(tmp_path, broker, disk)):
        await until(lambda: broker.stored == [record(1, 5000)])
        await until(lambda: counted("records") == 0)
    assert counted("lost_records_total") == lost + 1
    assert len(files(tmp_path, "*.unreadable")) == 1


async def test_a_file_that_becomes_unreadable_is_counted_and_the_depth_stays_right(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    broker.problem = "away"
    lost = counted("lost_records_total")
    disk.unreadable = {tmp_path / f"{0:020d}.spool"}
    async with draining(open_station(tmp_path, broker, disk)) as station:
        await put(station, record(0))
        await until(lambda: counted("lost_records_total") == lost + 1)
        assert counted("records") == 0


async def test_two_processes_never_share_a_spool(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    first = open_station(tmp_path, broker, disk)
    with pytest.raises(ConfigurationError, match="is in use by another process"):
        open_station(tmp_path, broker, disk)
    await first.close()
    await open_station(tmp_path, broker, disk).close()


async def test_a_folder_that_can_not_be_written_is_one_line(
    tmp_path: Path, broker: Broker, disk: FaultyDisk
) -> None:
    disk.turn_read_only()
    with pytest.raises(ConfigurationError, match=r"can't be used \(Read-only file system\)"):
        open_station(tmp_path, broker, disk)


async def test_draining_keeps_to_its_rate(tmp_path: Path, broker: Broker, disk: FaultyDisk) -> None:
    broker.problem = "away"
    slow = {"drain_bytes_per_s": 20_000}
    async with draining(open_station(tmp_path, broker, disk, **slow)) as station:
        for number in range(10):
            await put(station, record(number, 1000))
        began = asyncio.get_running_loop().time()
        broker.problem = None
        await until(lambda: len(broker.stored) == 1)
        await put(station, record(99))
        assert broker.stored[-1] == record(99) or len(broker.stored) < 11
        await until(lambda: counted("records") == 0)
        assert asyncio.get_running_loop().time() - began < 5


_APPEND_UNTIL_REFUSED = """
import sys
from pathlib import Path
from ingest.spool.disk import Disk
from ingest.spool.log import SpoolLog
log = SpoolLog(Path(sys.argv[1]), Disk(), 1 << 20, lambda: 1)
done = 0
try:
    while True:
        log.append([b"x" * 1000])
        done += 1
except OSError:
    print(done, flush=True)
"""


def test_a_file_that_can_not_grow_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    def bound() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_500, 50_500))

    argv = [sys.executable, "-c", _APPEND_UNTIL_REFUSED, str(tmp_path)]
    ended = subprocess.run(argv, preexec_fn=bound, capture_output=True, check=True, timeout=30)  # noqa: S603  our own program, one thread
    assert int(ended.stdout) == 48
    (file,) = tmp_path.glob("*.spool")
    assert file.stat().st_size == 48 * 1032
