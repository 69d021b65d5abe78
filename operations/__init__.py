"""The jobs beside the stream: set-up at Twilio, reconciliation, usage, the doctor, planning."""
