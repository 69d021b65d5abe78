"""Takes one person out of everything ClickHouse holds, and keeps them out."""

from sinks.erasure.erase import PLACES, count, erase

__all__ = ["PLACES", "count", "erase"]
