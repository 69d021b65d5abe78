"""Checks of `twilio-pipeline doctor` that need the parts themselves, and the list of all."""
