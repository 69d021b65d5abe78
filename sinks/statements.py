"""SQL files cut into statements."""

import re
from typing import Final

_COMMENT: Final = "--"


def statements(text: str) -> list[str]:
    """Cut at lines that end in a semicolon; whole-line comments are left out."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith(_COMMENT))
    parts = re.split(r";\s*\n", "\n".join(lines) + "\n")
    return [part.strip() for part in parts if part.strip()]
