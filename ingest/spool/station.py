"""The spool with all that belongs to it, as one outlet that has a life."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from weakref import WeakSet

from ingest.spool.circuit import Circuit
from ingest.spool.disk import Disk
from ingest.spool.drainer import Drainer, Link
from ingest.spool.log import SpoolLog
from ingest.spool.notes import Layout, Notes
from ingest.spool.owner import Owner
from ingest.spool.pace import Pace
from ingest.spool.relay import Relay
from ingest.spool.spool import Spool
from pipeline.errors import ConfigurationError
from pipeline.metrics import (
    INGEST_SPOOL_BYTES,
    INGEST_SPOOL_MAX_BYTES,
    INGEST_SPOOL_OLDEST_SECONDS,
    INGEST_SPOOL_RECORDS,
)
from pipeline.settings import SpoolSettings

_MS = 1000
_shown: WeakSet[SpoolLog] = WeakSet()


class SpoolStation:
    """Opens the folder (ConfigurationError when it can't be used); ``run`` drains it.

    ``relay`` is the outlet; close the station when nothing is sent to it any more.
    """

    def __init__(
        self,
        settings: SpoolSettings,
        link: Link,
        now_ms: Callable[[], int],
        disk: Disk | None = None,
    ) -> None:
        folder = Path(settings.directory)
        self._disk = disk or Disk()
        self._owner, self._log = _open(folder, self._disk, settings.segment_bytes, now_ms)
        self._spool = Spool(self._log, settings.max_bytes)
        INGEST_SPOOL_MAX_BYTES.set(settings.max_bytes)
        circuit = Circuit()
        pace = Pace(settings.drain_bytes_per_s, time.monotonic)
        self._drainer = Drainer(self._spool, link, circuit, pace)
        self.relay = Relay(link, self._spool, self._drainer, circuit, settings.patience_s)
        _shown.add(self._log)
        _show(now_ms)

    @property
    def size(self) -> int:
        """Bytes on disk that are not drained yet."""
        return self._log.size

    def last_layout(self, topics: tuple[str, ...], folders: Sequence[Path] = ()) -> Layout | None:
        """The partitions of the last run, if they are known for all these topics.

        A new worker finds them in the ``folders`` of others.
        """
        notes = (self._log.notes, *(Notes(folder, self._disk) for folder in folders))
        layouts = (each.layout() for each in notes)
        layout = next((each for each in layouts if set(topics) <= set(each)), None)
        self.relay.laid_out = layout is not None
        return layout

    def note_layout(self, layout: Layout) -> None:
        """Remember what Kafka said, for a start while it is away."""
        self.relay.laid_out = True
        self._spool.note_layout(layout)

    async def run(self) -> None:
        """Drain until cancelled."""
        await self._drainer.run()

    async def close(self) -> None:
        """Make safe what still waits, and let another process have the folder."""
        await self._spool.close()
        self._owner.release()
        _shown.discard(self._log)


def _show(now_ms: Callable[[], int]) -> None:
    """Tell of all spools of this process: it may drain others than its own."""
    INGEST_SPOOL_RECORDS.set_function(lambda: sum(log.records for log in _shown))
    INGEST_SPOOL_BYTES.set_function(lambda: sum(log.size for log in _shown))
    INGEST_SPOOL_OLDEST_SECONDS.set_function(lambda: _oldest_seconds(now_ms()))


def _oldest_seconds(now_ms: int) -> float:
    oldest = min((log.oldest_ms for log in _shown if log.oldest_ms), default=now_ms)
    return max(0, now_ms - oldest) / _MS


def _open(
    folder: Path, disk: Disk, segment_bytes: int, now_ms: Callable[[], int]
) -> tuple[Owner, SpoolLog]:
    owner: Owner | None = None
    try:
        disk.make_folder(folder)
        owner = Owner(folder)
        log = SpoolLog(folder, disk, segment_bytes, now_ms)
        log.notes.note_cursor(log.cursor)  # a disk that can't be written is told of now
    except OSError as error:
        if owner:
            owner.release()
        raise ConfigurationError(
            f"the spool {folder} can't be used ({error.strerror}); give the ingress a folder it "
            "may write to with TWILIO_PIPELINE_SPOOL_DIRECTORY, or none"
        ) from error
    return owner, log
