"""The server's own questions to the engine, one file each."""

from __future__ import annotations

from importlib.resources import files


def load_sql(name: str) -> str:
    """Read `name`.sql of this folder."""
    return files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8").strip()
