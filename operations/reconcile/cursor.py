"""Remembers how far a reconciliation came, so that one that was cut short goes on."""

from pathlib import Path

import msgspec

from operations.reconcile.tally import Tally
from pipeline.errors import ConfigurationError


class Progress(msgspec.Struct, forbid_unknown_fields=True):
    """What is compared, up to when (epoch seconds) each account is done, and what that gave."""

    start: int
    end: int
    backfill: bool
    done: dict[str, int] = {}
    tally: Tally = msgspec.field(default_factory=Tally)


class Cursor:
    """Progress in a file; without a file it is forgotten at the end.

    With ``open_end`` nobody named the end, so one that was begun keeps its own.
    """

    def __init__(self, file: Path | None, asked: Progress, *, open_end: bool = False) -> None:
        self._file = file
        self._progress = asked
        if file is not None and file.exists():
            self._progress = _read(file, asked, open_end=open_end)

    @property
    def end(self) -> int:
        """Before when messages are compared, in epoch seconds."""
        return self._progress.end

    def start(self, account_sid: str) -> int:
        """From where on an account is to be compared."""
        return self._progress.done.get(account_sid, self._progress.start)

    @property
    def tally(self) -> Tally:
        """What was found so far, to be added to."""
        return self._progress.tally

    def note(self, account_sid: str, until: int) -> None:
        """An account is done up to then; it is on the disk when this returns."""
        self._progress.done[account_sid] = until
        if self._file is not None:
            fresh = self._file.with_name(f"{self._file.name}.tmp")
            try:
                fresh.write_bytes(msgspec.json.encode(self._progress))
                fresh.replace(self._file)
            except OSError as error:
                raise ConfigurationError(f"can't write {self._file}: {error.strerror}") from error

    def forget(self) -> None:
        """Everything is done: the next one begins anew."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)


def _read(file: Path, asked: Progress, *, open_end: bool) -> Progress:
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Progress)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigurationError(f"{file} is no cursor of reconcile; delete it") from error
    end = found.end if open_end else asked.end
    if (found.start, found.end, found.backfill) != (asked.start, end, asked.backfill):
        raise ConfigurationError(
            f"{file} is of another time, or of a run with other options: finish that one, or "
            "delete it"
        )
    return found
