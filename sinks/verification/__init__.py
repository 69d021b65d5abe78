"""Recomputes what was derived from the stored events, in SQL, and compares."""

from sinks.verification.verify import Check, Difference, Report, verify

__all__ = ["Check", "Difference", "Report", "verify"]
