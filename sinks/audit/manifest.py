"""What an extract says of itself: range, counts, both ends of the chain, and its own checksum."""

import hashlib
from pathlib import Path
from typing import Final, Literal

import msgspec

from pipeline.errors import ConfigurationError

MANIFEST: Final = "manifest.json"
VERSION: Final = 1
FileForm = Literal["ndjson", "parquet"]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``start`` belongs to the range and ``end`` does not; ``sha256`` is of all other fields."""

    version: int
    product: str
    database: str
    made_at: str
    time_zone: str
    start: str
    end: str
    format: FileForm
    file: str
    file_bytes: int
    file_sha256: str
    clear_numbers: bool
    records: int
    kinds: dict[str, int]
    first_hash: str
    last_hash: str
    sha256: str = ""


def sealed(manifest: Manifest) -> Manifest:
    """The same with its checksum."""
    return msgspec.structs.replace(manifest, sha256=_checksum(manifest))


def rendered(manifest: Manifest) -> bytes:
    """The file's bytes; there is one way to write a manifest, so that no byte is free."""
    return msgspec.json.format(msgspec.json.encode(manifest)) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """Read it; ConfigurationError when there is none, or it is not as it was written."""
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
        manifest = msgspec.json.decode(content, type=Manifest, strict=True)
    except OSError as error:
        raise ConfigurationError(
            f"{folder} is no extract: {MANIFEST} can't be read ({error.strerror})"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ConfigurationError(f"{path} was changed: it is no manifest any more") from None
    if manifest.version != VERSION:
        raise ConfigurationError(
            f"{path} is of version {manifest.version} and this is {VERSION}: check it with the "
            "twilio-pipeline that made it"
        )
    if rendered(manifest) != content or manifest.sha256 != _checksum(manifest):
        raise ConfigurationError(f"{path} was changed: it does not match its own checksum")
    return manifest


def _checksum(manifest: Manifest) -> str:
    bare = msgspec.structs.replace(manifest, sha256="")
    return hashlib.sha256(msgspec.json.encode(bare)).hexdigest()
