"""What is known from outside: error codes, event types, countries; as tables and dictionaries."""

from sinks.reference.fill import fill_reference

__all__ = ["fill_reference"]
