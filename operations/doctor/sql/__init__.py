"""What the doctor asks ClickHouse."""

from importlib.resources import files


def load_sql(name: str) -> str:
    """Read one of the questions."""
    return files(__name__).joinpath(f"{name}.sql").read_text("utf-8")
