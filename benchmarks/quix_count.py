"""A yardstick of the lifecycle processor: quixstreams' tumbling count.

``python quix_count.py BOOTSTRAP_SERVERS TOPIC EVENTS FOLDER``, with the Python of an environment
that has quixstreams; it imports nothing else. It counts records by key in windows of a minute,
as its documentation does, and prints a Counted as JSON at the last one.
"""

import json
import os
import sys
import time

from quixstreams import Application  # type: ignore[import-not-found]  # not of this project

_WINDOW_MS = 60_000


def main(servers: str, topic: str, events: int, folder: str) -> None:
    """Count until all have come."""
    app = Application(
        broker_address=servers,
        consumer_group="quix",
        auto_offset_reset="earliest",
        state_dir=folder,
    )
    folded, first, cpu = 0, 0.0, 0.0

    def note(_: object) -> None:
        nonlocal folded, first, cpu
        if not folded:
            first, cpu = time.perf_counter(), time.process_time()
        folded += 1
        if folded == events:
            seconds = time.perf_counter() - first
            used = (time.process_time() - cpu) / events
            sys.stdout.write(json.dumps({"events": events / seconds, "cpu_seconds": used}) + "\n")
            sys.stdout.flush()
            os._exit(0)

    frame = app.dataframe(app.topic(topic, value_deserializer="json"))
    frame.tumbling_window(_WINDOW_MS).count().current().update(note)
    app.run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
