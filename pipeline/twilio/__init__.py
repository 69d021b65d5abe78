"""The Twilio domain: envelope, event catalogue, error classes, addresses. Pure, no I/O."""
