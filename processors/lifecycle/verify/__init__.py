"""Verify: attempts to send a code are deliveries; verifications are a funnel."""
