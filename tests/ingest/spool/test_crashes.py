"""A model of the spool's files: append, drain, note, crash with a torn write, open again."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from typing_extensions import override

from ingest.spool.disk import Disk
from ingest.spool.frame import Frame, pack
from ingest.spool.log import SpoolLog

SEGMENT_BYTES = 200
PAYLOADS = st.lists(st.binary(max_size=60), min_size=1, max_size=5)


class Failing(Disk):
    """Writes a part, then fails, when told to."""

    def __init__(self) -> None:
        self.takes: int | None = None

    @override
    def write(self, descriptor: int, data: bytes) -> None:
        super().write(descriptor, data[: self.takes])
        if self.takes is not None:
            raise OSError(28, "No space left on device")

    @override
    def truncate(self, descriptor: int, size: int) -> None:
        if self.takes is None:
            super().truncate(descriptor, size)
        else:
            raise OSError(5, "Input/output error")


class Crashes(RuleBasedStateMachine):
    """``kept`` is what was made safe and not drained, in order, by sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.disk = Failing()
        self.kept: list[tuple[int, bytes]] = []
        self.unnoted: list[tuple[int, bytes]] = []
        #: What a failed write may have left: it may come back once, as Twilio's retry does.
        self.refused: set[bytes] = set()
        self.log = self._open()

    def _open(self) -> SpoolLog:
        return SpoolLog(self.folder, self.disk, SEGMENT_BYTES, lambda: 5)

    @rule(payloads=PAYLOADS)
    def append(self, payloads: list[bytes]) -> None:
        first = self.log.append(payloads)
        assert not self.kept or first > self.kept[-1][0]
        self.kept += [(first + index, payload) for index, payload in enumerate(payloads)]

    @rule(payloads=PAYLOADS, takes=st.integers(0, 200))
    def append_to_a_failing_disk(self, payloads: list[bytes], takes: int) -> None:
        self.disk.takes = takes
        try:
            self.log.append(payloads)
        except OSError:
            self.refused |= set(payloads)
        else:
            raise AssertionError("the disk's error was swallowed")
        finally:
            self.disk.takes = None

    @rule(count=st.integers(1, 6))
    def drain(self, count: int) -> None:
        segment = self.log.oldest()
        if segment is None:
            assert self.kept == []
            return
        frames = [item for item in self.log.read(segment) if isinstance(item, Frame)]
        for frame in frames[:count]:
            assert (frame.sequence, frame.payload) == self.kept[0]
            self.log.advance(frame.sequence)
            self.unnoted.append(self.kept.pop(0))
        if count >= len(frames):
            self.log.drop(segment)
            self.unnoted = [each for each in self.unnoted if each[0] > frames[-1].sequence]

    @rule()
    def note(self) -> None:
        self.log.note()
        self.unnoted = []

    @rule(torn=st.binary(max_size=40), cut=st.integers(0, 60))
    def crash(self, torn: bytes, cut: int) -> None:
        """The last write, which nobody was told of, is there in part."""
        files = sorted(self.folder.glob("*.spool"))
        if files:
            half = pack(self.log._next, 6, torn)[:cut]  # noqa: SLF001  a write under way has no other name
            with files[-1].open("ab") as file:
                file.write(half)
            if cut >= len(pack(0, 0, torn)):
                self.refused.add(torn)
        self._reopen()

    def _reopen(self) -> None:
        self.log = self._open()
        self.kept = [*self.unnoted, *self.kept]
        self.unnoted = []
        found = self._contents()
        safe = dict(self.kept)
        assert [each for each in found if each[0] in safe] == self.kept
        assert all(payload in self.refused for number, payload in found if number not in safe)
        self.kept = found

    def _contents(self) -> list[tuple[int, bytes]]:
        log, found = self.log, []
        for index, segment in enumerate(log._segments):  # noqa: SLF001  reading on would drain
            following = log._segments[index + 1 :]  # noqa: SLF001
            limit = following[0].first if following else log._next  # noqa: SLF001
            for item in log.read_up_to(segment, limit):
                if isinstance(item, Frame):
                    found.append((item.sequence, item.payload))
                else:
                    assert item.lost == 0
        return found

    @precondition(lambda self: not self.unnoted)
    @rule()
    def stop_and_start(self) -> None:
        self.log.close()
        self._reopen()

    @invariant()
    def the_depth_is_right(self) -> None:
        assert self.log.records == len(self.kept)

    @override
    def teardown(self) -> None:
        self.log.close()
        shutil.rmtree(self.folder)


TestCrashes = Crashes.TestCase
TestCrashes.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
