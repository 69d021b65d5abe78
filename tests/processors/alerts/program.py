"""The alerts processor on topics of its own, as a process: ``program.py BOOTSTRAP NAME PORT``."""

import sys
import time

from pipeline.logs import configure
from pipeline.settings import KafkaSettings, LogSettings, load
from pipeline.topics import WINDOWS
from processors.alerts.config import Config, NoticeRule
from processors.alerts.fold import AlertsFold, Setup
from processors.alerts.metrics import Metrics
from processors.alerts.reading import reader_of
from processors.alerts.settings import Tuning
from processors.runtime.worker import Processor, run

CONFIG = Config(
    tuning=Tuning(false_tickets_a_month=0.3),
    notices=(NoticeRule(name="unregistered", codes=(30034,), every_minutes=5),),
)
LAG_S = 5
_DAY_S = 86_400


def make_fold(topic: str) -> AlertsFold:
    """A fold that tells of everything it sees."""
    setup = Setup(CONFIG, LAG_S, _DAY_S, time.time, Metrics(), topic)
    return AlertsFold(WINDOWS, reader_of(WINDOWS), setup)


def main(bootstrap: str, name: str, port: str) -> None:
    """Run until killed."""
    configure(load(LogSettings))
    processor = Processor(
        app_id=name,
        sources=(f"{name}-in",),
        emits=(f"{name}-out",),
        make_fold=lambda _topic, _partition: make_fold(f"{name}-out"),
        flush_interval_s=0.2,
        flush_max_changes=10_000,
        monitoring_host="127.0.0.1",
        monitoring_port=int(port),
    )
    run(processor, load(KafkaSettings, bootstrap_servers=bootstrap))


if __name__ == "__main__":
    main(*sys.argv[1:])
