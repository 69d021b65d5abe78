"""The notifier on topics of a test: ``python program.py BOOTSTRAP NAME PORT CONFIG``."""

import sys

from pipeline.logs import configure
from pipeline.settings import KafkaSettings, LogSettings, NotifierSettings, load
from processors.notifier.processor import processor
from processors.runtime.worker import run


def main(bootstrap: str, name: str, port: str, config: str) -> None:
    configure(load(LogSettings, format="json"))
    settings = load(NotifierSettings, app_id=name, metrics_port=int(port), config=config)
    notifier = processor(settings, f"{name}-alerts", f"{name}-deliveries")
    run(notifier, load(KafkaSettings, bootstrap_servers=bootstrap))


if __name__ == "__main__":
    main(*sys.argv[1:])
