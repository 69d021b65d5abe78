"""The user's cache of the pinned jars: fetched once, verified before every use."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import platformdirs
import requests

from local.kafka.jar import Jar, read_lock
from local.kafka.progress import download_progress
from pipeline.errors import ConfigurationError, PermanentError, UnavailableError

try:
    from jgo.constants import MAVEN_CENTRAL_URL
except ImportError as error:
    raise ConfigurationError(
        "a local stack needs more packages; install twilio-event-pipeline[local]",
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CACHE_VARIABLE = "TWILIO_PIPELINE_CACHE_DIR"
_AT_ONCE = 6
_TIMEOUT_SECONDS = (8.0, 8.0)  # to connect, and between two pieces of a body
_PIECE_BYTES = 1 << 16


def cache_directory() -> Path:
    """Where downloads are kept for this user; the environment may name another place."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_cache_path("twilio-pipeline")


@dataclass(frozen=True, slots=True)
class JarCache:
    """Jars below `directory`, fetched from a Maven `repository` when missing."""

    directory: Path
    repository: str = MAVEN_CENTRAL_URL
    stopped: threading.Event = field(default_factory=threading.Event)

    def ensure(self, jars: Sequence[Jar]) -> list[Path]:
        """Return the verified files, downloading what is missing, several at once.

        Raises UnavailableError when a download fails, PermanentError when a jar is not the
        pinned one, ConfigurationError when the cache can't be written. No half file stays.
        `stopped`, set by another thread, ends it within seconds like a failed download.
        """
        missing = [jar for jar in jars if not jar.matches(self.file(jar))]
        if missing:
            self._download_all(missing)
        return [self.file(jar) for jar in jars]

    def file(self, jar: Jar) -> Path:
        """Where the jar is, or will be."""
        return self.directory / "jars" / jar.path

    def _download_all(self, jars: Sequence[Jar]) -> None:
        total = sum(jar.size for jar in jars)
        with (
            download_progress(f"Fetching Apache Kafka, {len(jars)} jars", total) as advance,
            ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="jar") as pool,
        ):
            downloads = [pool.submit(self._download, jar, advance) for jar in jars]
            try:
                for download in downloads:
                    download.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _download(self, jar: Jar, advance: Callable[[int], None]) -> None:
        target = self.file(jar)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
                self._fill(jar, target, part, advance)
        except requests.RequestException as error:
            raise UnavailableError(_advice(jar, _reason(error))) from error
        except OSError as error:
            raise ConfigurationError(
                f"can't keep {jar.coordinate} below {self.directory} ({error.strerror}); "
                f"free some space or set {CACHE_VARIABLE} to another folder",
            ) from error

    def _fill(
        self, jar: Jar, target: Path, part: IO[bytes], advance: Callable[[int], None]
    ) -> None:
        """Fetch into a file beside the target, so that only a whole jar ever has its name."""
        try:
            digest = self._fetch(jar, part, advance)
            if digest != jar.sha256:
                raise PermanentError(
                    f"{jar.coordinate} from {self.repository} is not the pinned file "
                    f"(SHA-256 {digest[:12]}, expected {jar.sha256[:12]}); it was not kept: "
                    "check what answers for the repository, a proxy perhaps",
                )
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(target)
        finally:
            Path(part.name).unlink(missing_ok=True)

    def _fetch(self, jar: Jar, part: IO[bytes], advance: Callable[[int], None]) -> str:
        digest, received = hashlib.sha256(), 0
        url = f"{self.repository}/{jar.path}"
        with requests.get(url, stream=True, timeout=_TIMEOUT_SECONDS) as response:
            response.raise_for_status()
            for piece in response.iter_content(_PIECE_BYTES):
                if self.stopped.is_set():
                    raise UnavailableError(_advice(jar, "stopped"))
                part.write(piece)
                digest.update(piece)
                received += len(piece)
                advance(len(piece))
        if received < jar.size:
            raise UnavailableError(_advice(jar, f"cut after {received} of {jar.size} bytes"))
        return digest.hexdigest()


def _advice(jar: Jar, reason: str) -> str:
    return (
        f"could not download {jar.coordinate} ({reason}); check the network and the proxy "
        "settings, then start again: what has arrived is kept"
    )


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"HTTP {error.response.status_code}"
    return "no connection" if isinstance(error, requests.ConnectionError) else "cut or too slow"


def kafka_class_path(stopped: threading.Event | None = None) -> list[Path]:
    """Every jar of the broker, there and verified; see JarCache.ensure for what may be raised."""
    cache = JarCache(cache_directory(), stopped=stopped or threading.Event())
    return cache.ensure(read_lock())
