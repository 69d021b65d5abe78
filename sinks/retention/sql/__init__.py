"""The statements about TTLs."""

from importlib.resources import files


def load_sql(name: str) -> str:
    """The statement of this name."""
    return files("sinks.retention.sql").joinpath(f"{name}.sql").read_text("utf-8").strip()
