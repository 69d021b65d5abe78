"""Where a request keeps who makes it."""

from typing import Final

CALLER: Final = "caller"
