"""A lifecycle processor as a child process, and what it tells of itself while it runs."""

import asyncio
import os
import re
import signal
import subprocess
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from benchmarks.stage import Stage, child, part
from local.ports import free_port

LOG: Final = "lifecycle.log"
_PEAK: Final = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_FOLDED: Final = re.compile(rb"^twilio_processor_events_total\{[^}]*\} ([0-9.e+]+)$", re.MULTILINE)
_MEBIBYTE: Final = 2**20


class Routes:
    """What a lifecycle processor tells on a port."""

    def __init__(self, port: int) -> None:
        self._port = port

    def is_up(self) -> bool:
        """Whether it answers, if only that it is not ready."""
        return bool(self._page("healthz"))

    def metrics(self) -> bytes:
        """Its metrics page; empty as long as it is not ready."""
        return self._page("metrics") if self._page("readyz") else b""

    def folded(self) -> float:
        """Events folded so far; 0 as long as it does not answer."""
        found = _FOLDED.search(self._page("metrics"))
        return float(found[1]) if found else 0.0

    def _page(self, path: str) -> bytes:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/{path}") as page:
                found: bytes = page.read()
        except OSError:
            return b""
        return found


class Worker(Routes):
    """A running lifecycle processor."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        super().__init__(port)
        self._process = process

    def peak_mib(self) -> float:
        """The most memory it has used so far."""
        found = _PEAK.search(Path(f"/proc/{self._process.pid}/status").read_text())
        return int(found[1]) * 1024 / _MEBIBYTE if found else 0.0

    def resident_mib(self) -> float:
        """The memory it uses now."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * 4096 / _MEBIBYTE

    def cpu_s(self) -> float:
        """The processor time it has taken: on a busy machine it tells more than the clock."""
        return cpu_seconds(self._process.pid)

    async def end(self) -> None:
        """End it in order: it leaves its group, so that the next one need not wait."""
        self._process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self._process.wait)


def cpu_seconds(pid: int) -> float:
    """The processor time a process has taken so far, its ended children left out."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")


def environment(here: Stage, port: int) -> dict[str, str]:
    """What a processor that listens on this port is told."""
    return {
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": here.kafka.bootstrap_servers,
        "TWILIO_PIPELINE_KAFKA_PARTITIONS": str(here.kafka.partitions),
        "TWILIO_PIPELINE_LIFECYCLE_METRICS_PORT": str(port),
        "TWILIO_PIPELINE_PRIVACY_HASH_KEY": "0" * 32,
    }


@asynccontextmanager
async def worker(here: Stage, log: str = LOG) -> AsyncIterator[Worker]:
    """Run the processor while the block lasts."""
    port = free_port()
    with child(part("lifecycle"), environment(here, port), here.folder / log) as process:
        running = Worker(process, port)
        yield running
        await running.end()
