"""The certificate that Twilio sees at the public URL, and for how long it is valid."""

import asyncio
import ssl
import time
from typing import Final
from urllib.parse import urlsplit

from operations.doctor.finding import Finding
from pipeline.network_words import network_words

NAME: Final = "ingest.certificate"
_SOON_DAYS: Final = 21
_DAY_S: Final = 86_400


async def look_at_certificate(
    public_url: str, context: ssl.SSLContext | None = None
) -> list[Finding]:
    """Connect as Twilio does, trusting whom everybody trusts unless a context is given."""
    url = urlsplit(public_url)
    if url.scheme != "https":
        do = "put a proxy with a certificate before the ingress: Twilio wants https"
        return [Finding(NAME, "warn", f"{public_url} is not https", do)]
    try:
        until = await _until(url.hostname or "", url.port or 443, context)
    except ssl.SSLCertVerificationError as error:
        seen = f"Twilio will not believe the certificate of {url.hostname}: {error.verify_message}"
        return [Finding(NAME, "fail", seen, "renew it, and serve it with its whole chain")]
    except OSError as error:
        seen = f"no TLS with {url.hostname} from here: {network_words(error)}"
        return [Finding(NAME, "fail", seen, "see whether the address is the one Twilio has")]
    return [judge((until - time.time()) / _DAY_S)]


def judge(days: float) -> Finding:
    """Say how long it is valid."""
    seen = f"the certificate of the public URL is valid for {days:.0f} days more"
    if days < _SOON_DAYS:
        return Finding(NAME, "warn", seen, "renew it, or see why it is not renewed by itself")
    return Finding(NAME, "ok", seen)


async def _until(host: str, port: int, context: ssl.SSLContext | None) -> float:
    context = context or ssl.create_default_context()
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        certificate = writer.get_extra_info("peercert")
        return ssl.cert_time_to_seconds(certificate["notAfter"])
    finally:
        writer.close()
