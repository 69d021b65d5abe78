"""The ledger: every event that Kafka has, and where it went, to the event."""

from sinks.ledger.account import Account, Key, Problem, Tally
from sinks.ledger.audit import Audit, Scope, audit
from sinks.ledger.ingress import ingress_entries
from sinks.ledger.produced import Produced

__all__ = [
    "Account",
    "Audit",
    "Key",
    "Problem",
    "Produced",
    "Scope",
    "Tally",
    "audit",
    "ingress_entries",
]
