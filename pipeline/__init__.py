"""What every part shares: the Twilio domain, topics, settings, metrics, the command line."""

#: The one place of the version; the package's metadata and ``--version`` follow it.
__version__ = "0.1.0"
