"""Configuration people write: read as msgspec structs, with mistakes named by line and key."""

from pipeline.toml.file import TomlFile
from pipeline.toml.mistakes import Path

__all__ = ["Path", "TomlFile"]
