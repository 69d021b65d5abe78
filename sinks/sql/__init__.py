"""The sink's own statements, one per file."""

from functools import cache
from importlib.resources import files


@cache
def load_sql(name: str, database: str) -> str:
    """The statement of this name for this database."""
    text = files("sinks.sql").joinpath(f"{name}.sql").read_text("utf-8")
    return text.replace("{database}", database)
