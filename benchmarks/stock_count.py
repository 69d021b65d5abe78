"""A yardstick of the lifecycle processor: what Faust's own documentation would do.

``python -m benchmarks.stock_count BOOTSTRAP_SERVERS TOPIC EVENTS PARTITIONS`` counts records by
key in a tumbling table of a minute, with Faust's own tables, changelog and commits, and prints a
Counted as JSON at the last one.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import faust
from mode import CrashingSupervisor
from yarl import URL

from benchmarks.counted import Counted, report

_WINDOW_S = 60.0


def main(servers: str, topic: str, events: int, partitions: int) -> None:
    """Count until all have come."""
    app = faust.App(
        "stock",
        broker=[URL(f"kafka://{servers}")],
        store=URL("memory://"),
        datadir=Path(tempfile.mkdtemp()),
        consumer_auto_offset_reset="earliest",
        topic_partitions=partitions,
        web_enabled=False,
        topic_disable_leader=True,
        agent_supervisor=CrashingSupervisor,
        worker_redirect_stdouts=False,
    )
    counts = app.Table("counts", default=int).tumbling(_WINDOW_S)
    source = app.topic(topic, key_type=str, key_serializer="raw", value_serializer="json")

    async def count(stream: faust.StreamT[dict[str, object]]) -> None:
        folded, first, cpu = 0, 0.0, 0.0
        async for event in stream.events():
            if not folded:
                first, cpu = time.perf_counter(), time.process_time()
            counts[event.key] += 1
            folded += 1
            if folded == events:
                seconds = time.perf_counter() - first
                report(Counted(events / seconds, (time.process_time() - cpu) / events))
                os._exit(0)

    app.agent(source)(count)
    faust.Worker(app, loglevel="INFO", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
