"""What went wrong on the network, in the system's own few words."""

import os
import ssl


def network_words(error: BaseException) -> str:
    """Without addresses, which asyncio and aiohttp repeat in different ways."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, ssl.SSLError) and cause.reason:
        return cause.reason
    if isinstance(cause, OSError):
        number = cause.errno or 0
        return os.strerror(number) if number > 0 else cause.strerror or type(cause).__name__
    return type(cause).__name__
