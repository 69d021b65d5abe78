"""What each view of the page shows, as JSON: one module per view."""

from typing import Any

Answer = dict[str, Any]
