"""Messages: SMS, MMS, WhatsApp, RCS and whatever else Twilio sends as a message."""
