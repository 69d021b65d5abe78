"""The sink's own statements, one per file; and what several statements share."""

import re
from functools import cache
from importlib.resources import files
from typing import Final

_SHARED: Final = re.compile(r"\{shared:(\w+)\}")


@cache
def load_sql(name: str, database: str) -> str:
    """The statement of this name for this database."""
    return with_shared(_read(name)).replace("{database}", database)


def with_shared(text: str) -> str:
    """Put the file ``shared/x.sql`` in the place of each ``{shared:x}``, as it is.

    A shared file that a released migration names is part of it, and never changes either.
    """
    return _SHARED.sub(lambda found: _read(f"shared/{found[1]}").strip("\n").lstrip(), text)


def _read(name: str) -> str:
    return files("sinks.sql").joinpath(f"{name}.sql").read_text("utf-8")
