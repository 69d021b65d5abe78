"""Two small facts that must survive a restart: how far the spool is drained, Kafka's layout."""

from pathlib import Path
from typing import Final
from zlib import crc32

import msgspec

from ingest.spool.disk import Disk

Layout = dict[str, int]

_CURSOR: Final = "cursor"
_LAYOUT: Final = "layout"


class Notes:
    """Each is one file, replaced whole and checked by a CRC; a damaged one counts as absent."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def cursor(self) -> int:
        """The sequence from which on records are still to be drained."""
        text = self._read(_CURSOR)
        return int(text) if text.isdigit() else 0

    def note_cursor(self, sequence: int) -> None:
        """Remember it."""
        self._write(_CURSOR, b"%d" % sequence)

    def layout(self) -> Layout:
        """How many partitions each topic had when Kafka was last seen."""
        text = self._read(_LAYOUT)
        return msgspec.json.decode(text, type=Layout) if text else {}

    def note_layout(self, layout: Layout) -> None:
        """Remember it, so that a restart while Kafka is away knows where records belong."""
        self._write(_LAYOUT, msgspec.json.encode(layout, order="sorted"))

    def _read(self, name: str) -> bytes:
        try:
            text, _, check = self._disk.read(self._folder / name).rpartition(b" ")
        except FileNotFoundError:
            return b""
        return text if check == b"%08x" % crc32(text) else b""

    def _write(self, name: str, text: bytes) -> None:
        self._disk.replace(self._folder / name, b"%b %08x" % (text, crc32(text)))
