"""The Faust application every processor runs in, set up so that nothing of it is in our way."""

import tempfile
from pathlib import Path
from typing import Final

import faust
from faust.types.tables import TableT
from mode import CrashingSupervisor
from yarl import URL

from pipeline.settings import KafkaSettings
from pipeline.topics import MAX_MESSAGE_BYTES, Topic
from processors.runtime.consumer import SeekGuardedConsumer
from processors.runtime.credentials import credentials_of

_PRODUCER_LINGER_S: Final = 0.02
_PRODUCER_BATCH_BYTES: Final = 128 * 1024
#: Of one partition, at once: every fetch costs two threads a change of turns.
_FETCH_BYTES: Final = 4 * 1024 * 1024
_STREAM_BUFFER: Final = 65_536
_TABLE: Final = "state"
_WEEK_HOURS: Final = 168
#: Seconds after which a worker that is not heard of loses its partitions.
SESSION_S: Final = 6.0


def build_app(app_id: str, kafka: KafkaSettings, partitions: int) -> faust.App:
    """Make the application; ``partitions`` is the partition count of its source topics.

    Chosen against measured alternatives: the memory store (state is ours) and no standbys of it
    (what they read, it drops), no web server (it would serve data without authentication), no
    leader topic, no topic declarations, agents that crash the worker instead of acknowledging
    what they failed on.
    """
    app = faust.App(
        app_id,
        broker=[URL(f"kafka://{server}") for server in kafka.servers],
        broker_credentials=credentials_of(kafka),
        store=URL("memory://"),
        datadir=Path(tempfile.gettempdir()) / f"{app_id}-faust",  # Faust makes one, unused
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        topic_partitions=partitions,
        table_standby_replicas=0,
        stream_buffer_maxsize=_STREAM_BUFFER,
        agent_supervisor=CrashingSupervisor,
        consumer_max_fetch_size=_FETCH_BYTES,
        producer_linger=_PRODUCER_LINGER_S,
        producer_max_batch_size=_PRODUCER_BATCH_BYTES,
        producer_max_request_size=MAX_MESSAGE_BYTES,
        broker_session_timeout=SESSION_S,
        broker_heartbeat_interval=1.5,
        broker_rebalance_timeout=30.0,
        worker_redirect_stdouts=False,
    )
    setattr(app.transport, "Consumer", SeekGuardedConsumer)  # noqa: B010  a ClassVar, set for this one
    return app


def state_table(app: faust.App, partitions: int) -> TableT[bytes, bytes]:
    """The table whose changelog holds the state rows; its contents are read at recovery only."""
    return app.Table(_TABLE, key_type=bytes, value_type=bytes, partitions=partitions)


def changelog_topic(app_id: str) -> Topic:
    """The changelog of ``state_table``: compacted soon, so that deleted rows go away soon."""
    return Topic(
        f"{app_id}-{_TABLE}-changelog",
        "state rows of a processor",
        _WEEK_HOURS,
        "compact",
        {
            "segment.bytes": str(4 * MAX_MESSAGE_BYTES),
            "segment.ms": "600000",
            "min.cleanable.dirty.ratio": "0.2",
        },
    )
