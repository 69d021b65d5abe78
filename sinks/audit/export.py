"""Writes an extract: all of it under a name of its own, or nothing."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from pipeline.errors import ConfigurationError
from pipeline.settings import ClickHouseSettings
from sinks.audit.chain import Chain
from sinks.audit.files import WRITERS
from sinks.audit.manifest import MANIFEST, VERSION, FileForm, Manifest, rendered, sealed
from sinks.audit.source import Source, require_numbers
from sinks.clickhouse import connect

Form = FileForm
_EVERY: Final = 5_000
_PRODUCT: Final = "twilio-event-pipeline"


class Order(msgspec.Struct, frozen=True):
    """What to write: the range (its end not in it) and in which form."""

    start: datetime
    end: datetime
    form: Form = "ndjson"
    clear_numbers: bool = False


#: Told now and then: records written, records expected.
Progress = Callable[[int, int], None]


def export(
    settings: ClickHouseSettings, order: Order, target: Path, progress: Progress
) -> Manifest:
    """Write the extract to a folder that does not exist yet, readable by its owner alone.

    ConfigurationError for a folder or a range that can't be used; UnavailableError or
    PermanentError when ClickHouse won't. What was begun is removed when it can't be finished.
    """
    if order.start >= order.end:
        raise ConfigurationError("the range is empty: --from must be before --to")
    with connect(settings) as client, _folder(target) as folder:
        if order.clear_numbers:
            require_numbers(client, settings)
        source = Source(client, settings, clear_numbers=order.clear_numbers)
        chain = Chain()
        file = folder / f"records.{order.form}"
        _write(source, order, chain, file, progress)
        manifest = sealed(_manifest(settings, order, chain, file))
        (folder / MANIFEST).write_bytes(rendered(manifest))
        for each in (file, folder / MANIFEST, folder):
            _sync(each)
    return manifest


def _write(source: Source, order: Order, chain: Chain, file: Path, progress: Progress) -> None:
    slices = source.slices(order.start, order.end)
    expected = sum(each.records for each in slices)
    with WRITERS[order.form](file) as writer:
        for each in slices:
            for row in source.rows(each):
                writer.add(chain.link(row))
                if chain.count % _EVERY == 0:
                    progress(chain.count, expected)
    progress(chain.count, expected)


def _manifest(settings: ClickHouseSettings, order: Order, chain: Chain, file: Path) -> Manifest:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Manifest(
        version=VERSION,
        product=f"{_PRODUCT} {version(_PRODUCT)}",
        database=settings.database,
        made_at=_text(datetime.now(UTC)),
        time_zone="UTC",
        start=_text(order.start),
        end=_text(order.end),
        format=order.form,
        file=file.name,
        file_bytes=file.stat().st_size,
        file_sha256=digest,
        clear_numbers=order.clear_numbers,
        records=chain.count,
        kinds=dict(sorted(chain.kinds.items())),
        first_hash=chain.first,
        last_hash=chain.last,
    )


@contextmanager
def _folder(target: Path) -> Iterator[Path]:
    """A folder beside the target that becomes it when the block ends well."""
    if target.exists():
        raise ConfigurationError(f"{target} exists: name a folder that does not")
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise ConfigurationError(f"can't write beside {target}: {error.strerror}") from None
    try:
        yield made
        made.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise ConfigurationError(f"can't write {target}: {error.strerror}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
