"""The ledger's questions."""

from importlib.resources import files


def load_sql(name: str) -> str:
    """The statement of this name."""
    return files("sinks.ledger.sql").joinpath(f"{name}.sql").read_text("utf-8")
