"""Reads the configuration and reads it again when it changes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import structlog

from pipeline import metrics
from pipeline.errors import ConfigurationError
from pipeline.toml import Path as Place
from pipeline.toml import TomlFile
from pipeline.watched_file import WatchedFile
from processors.notifier.config import Config, Maintenance, Route

_log: Final = structlog.stdlib.get_logger(__name__)


def read_config(path: Path | None) -> Config:
    """Read a file; without one alerts go to the log.

    ConfigurationError names the line and the key that can't be used.
    """
    if path is None:
        return Config()
    file = TomlFile.read(path)
    config = file.convert(Config)
    for place, problem in _problems(config):
        raise file.refusal(place, problem)
    return config


class ConfigFile(WatchedFile[Config]):
    """The present configuration. A new file that can't be used leaves the old one in force."""

    def __init__(self, path: Path | None, now: Callable[[], float]) -> None:
        super().__init__(path, now, read_config, _heard)


def _heard(config: Config, problem: ConfigurationError | None) -> None:
    metrics.NOTIFIER_CONFIG_STALE.set(problem is not None)
    if problem:
        _log.error("the new configuration can't be used, the old one stays", why=str(problem))
    else:
        _log.info("configuration read again", channels=len(config.channels))


def _problems(config: Config) -> Iterator[tuple[Place, str]]:
    names = [channel.name for channel in config.channels]
    for number, channel in enumerate(config.channels):
        if channel.name in names[:number]:
            yield ("channels", number, "name"), f"{channel.name!r} is taken"
        try:
            channel.check()
        except ConfigurationError as error:
            yield ("channels", number), str(error)
    for number, route in enumerate(config.routes):
        yield from _route_problems(config, route, ("routes", number))
    for number, window in enumerate(config.maintenance):
        yield from _window_problems(window, ("maintenance", number))


def _route_problems(config: Config, route: Route, at: Place) -> Iterator[tuple[Place, str]]:
    if not route.channels:
        yield (*at, "channels"), "name at least one"
    for name in route.channels:
        if config.channel(name) is None:
            yield (*at, "channels"), f"there is no channel {name!r}"
    if route.quiet_hours and (unknown := route.quiet_hours.unknown_zone()):
        yield (*at, "quiet_hours", "time_zone"), unknown


def _window_problems(window: Maintenance, at: Place) -> Iterator[tuple[Place, str]]:
    if window.since.tzinfo is None or window.until.tzinfo is None:
        yield (*at, "from"), "write times with a zone, such as 2026-11-23T22:00:00Z"
    elif window.since >= window.until:
        yield (*at, "until"), "must be after from"
