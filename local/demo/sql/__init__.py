"""What the demo asks of ClickHouse; an analyst could ask the same."""

from functools import cache
from importlib.resources import files


@cache
def load_sql(name: str) -> str:
    """The text of ``<name>.sql``."""
    return files(__name__).joinpath(f"{name}.sql").read_text("utf-8")
