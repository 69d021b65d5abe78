"""One statement per place where a person may be, as it is done; its condition also counts."""

from importlib.resources import files


def load_sql(name: str, database: str) -> str:
    """The statement of this name, for a database."""
    text = files("sinks.erasure.sql").joinpath(f"{name}.sql").read_text("utf-8")
    return text.strip().replace("{database}", database)
