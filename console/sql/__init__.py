"""The console's questions, one per file; and what several of them share."""

import re
from functools import cache
from importlib.resources import files
from typing import Final

_SHARED: Final = re.compile(r"\{shared:(\w+)\}")


@cache
def load_sql(name: str) -> str:
    """The question of this name; ``{shared:x}`` stands for the file ``shared/x.sql``."""
    return _SHARED.sub(lambda found: _read(f"shared/{found[1]}").strip(), _read(name))


def _read(name: str) -> str:
    return files("console.sql").joinpath(f"{name}.sql").read_text("utf-8")
