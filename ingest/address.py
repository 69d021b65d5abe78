"""What is said when the address to listen on can't be used."""

import errno

from pipeline.errors import ConfigurationError
from pipeline.settings import IngestSettings


def address_error(settings: IngestSettings, error: OSError) -> ConfigurationError:
    """One line that says what to do."""
    in_use = error.errno == errno.EADDRINUSE
    why = "is in use" if in_use else f"can't be listened on ({error.strerror})"
    return ConfigurationError(
        f"{settings.host}:{settings.port} {why}; stop what uses it, or set "
        "TWILIO_PIPELINE_INGEST_HOST and TWILIO_PIPELINE_INGEST_PORT"
    )
