"""Statements about dead letters, one per file."""

from importlib.resources import files


def load_sql(name: str) -> str:
    """The statement of this name, for the client's own database."""
    return files("sinks.dead_letters.sql").joinpath(f"{name}.sql").read_text("utf-8")
