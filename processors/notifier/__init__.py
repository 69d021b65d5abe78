"""Tells people about alerts: every transition to every channel it is routed to."""
