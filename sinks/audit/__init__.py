"""The audit's extract: who was sent what, when, and what became of it, with a hash chain."""

from sinks.audit.check import Finding, check
from sinks.audit.export import Form, Order, export

__all__ = ["Finding", "Form", "Order", "check", "export"]
