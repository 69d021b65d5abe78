"""Reads the configuration and reads it again when it changes."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import structlog

from pipeline import metrics
from pipeline.errors import ConfigurationError
from pipeline.watched_file import WatchedFile
from processors.notifier.config import Config, Maintenance, Route

_AT: Final = re.compile(r" - at (?:`key` in )?`\$\.?([^`]*)`$")
_log: Final = structlog.stdlib.get_logger(__name__)


def read_config(path: Path | None) -> Config:
    """Read a file; ConfigurationError names what can't be used. Without a file there is the log."""
    if path is None:
        return Config()
    try:
        config = msgspec.convert(_parsed(path), Config)
    except OSError as error:
        raise ConfigurationError(f"can't read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{path.name}: {_told(error)}") from error
    for problem in _problems(config):
        raise ConfigurationError(f"{path.name}: {problem}")
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


def _parsed(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _told(error: msgspec.ValidationError) -> str:
    """The key first, then what is wrong with it."""
    text = str(error)
    where = _AT.search(text)
    return f"{where.group(1)}: {_AT.sub('', text)}" if where else text


def _problems(config: Config) -> Iterator[str]:
    names = [channel.name for channel in config.channels]
    for number, channel in enumerate(config.channels):
        if channel.name in names[:number]:
            yield f"channels[{number}].name: {channel.name!r} is taken"
        try:
            channel.check()
        except ConfigurationError as error:
            yield f"channels[{number}]: {error}"
    for number, route in enumerate(config.routes):
        yield from (f"routes[{number}].{problem}" for problem in _route_problems(config, route))
    for number, window in enumerate(config.maintenance):
        yield from (f"maintenance[{number}].{problem}" for problem in _window_problems(window))


def _route_problems(config: Config, route: Route) -> Iterator[str]:
    if not route.channels:
        yield "channels: name at least one"
    for name in route.channels:
        if config.channel(name) is None:
            yield f"channels: there is no channel {name!r}"
    if route.quiet_hours is None:
        return
    for key, value in (("from", route.quiet_hours.start), ("to", route.quiet_hours.to)):
        if not _can(time.fromisoformat, value):
            yield f"quiet_hours.{key}: {value!r} is no time of day such as 22:00"
    if not _can(ZoneInfo, route.quiet_hours.time_zone):
        yield f"quiet_hours.time_zone: {route.quiet_hours.time_zone!r} is not known"


def _window_problems(window: Maintenance) -> Iterator[str]:
    if window.since.tzinfo is None or window.until.tzinfo is None:
        yield "from: write times with a zone, such as 2026-11-23T22:00:00Z"
    elif window.since >= window.until:
        yield "until: must be after from"


def _can(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (ValueError, KeyError, OSError):
        return False
    return True
