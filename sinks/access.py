"""What of the schema is for analysts: all views and dictionaries, and these tables."""

from typing import Final

#: Reference data without anything of anybody.
PUBLIC_TABLES: Final = (
    "countries",
    "error_codes",
    "event_types",
    "migrations",
    "network_countries",
)

#: For the administrator alone.
SECRET_TABLES: Final = ("clear_numbers",)
