"""One TOML file as it was written, and what it says."""

import pathlib
import re
import tomllib
from typing import Any, Final, Self, TypeVar

import msgspec

from pipeline.errors import ConfigurationError
from pipeline.toml.lines import line_of
from pipeline.toml.mistakes import Path, mistake

_PLACE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_T = TypeVar("_T")


class TomlFile:
    """``name`` is what errors call it; ``written`` may be completed before it is converted."""

    def __init__(self, name: str, text: str, written: dict[str, Any]) -> None:
        self.name = name
        self.written = written
        self._text = text

    @classmethod
    def read(cls, path: pathlib.Path) -> Self:
        """Read a file; ConfigurationError when it can't be, or is no TOML."""
        try:
            text = path.read_text("utf-8")
        except OSError as error:
            raise ConfigurationError(f"can't read {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigurationError(f"can't read {path}: it is no UTF-8 text") from error
        return cls.parse(text, path.name)

    @classmethod
    def parse(cls, text: str, name: str) -> Self:
        """Read a text; ConfigurationError when it is no TOML."""
        try:
            return cls(name, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            line = place.group(1) if place and place.group(1) else len(text.splitlines())
            what = _PLACE.sub("", str(error))
            raise ConfigurationError(f"{name}:{line}: this is no TOML: {what}") from error

    def convert(self, kind: type[_T]) -> _T:
        """Give it as a struct; ConfigurationError names the line and key that don't fit."""
        try:
            return msgspec.convert(self.written, kind)
        except msgspec.ValidationError as error:
            raise self.refusal(*mistake(error, self.written, kind)) from error

    def refusal(self, path: Path, problem: str) -> ConfigurationError:
        """Build the error that says what is wrong with the value at a path."""
        where = f"{self.name}:{line_of(self._text, path)}"
        return ConfigurationError(f"{where}: {_written(path)}: {problem}")


def _written(path: Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "the file"
