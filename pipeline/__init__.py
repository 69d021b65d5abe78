"""What every part shares: the Twilio domain, topics, settings, metrics, the command line."""
