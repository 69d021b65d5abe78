"""How this product signs what it posts to systems of its operators."""

import hmac
from typing import Final

#: ``t=SECONDS,v1=HEX``: HMAC-SHA256 of ``SECONDS.BODY`` under the shared secret. Who gets it
#: compares in constant time, and refuses what is older than some minutes.
SIGNATURE_HEADER: Final = "Twilio-Pipeline-Signature"


def signature(secret: bytes, at: int, body: bytes) -> str:
    """The header's value for a body sent at ``at`` (epoch seconds)."""
    return f"t={at},v1={hmac.digest(secret, b'%d.%b' % (at, body), 'sha256').hex()}"
