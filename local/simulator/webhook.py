"""The address Twilio posts to, and the signature it puts on each request."""

import base64
import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """Where to post, and with which headers."""

    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Webhook:
    """``public_url`` is what Twilio was given and signs; ``post_url`` is where it leads here."""

    post_url: str
    public_url: str
    auth_token: str

    def sign(self, body: bytes) -> SignedRequest:
        """Twilio's scheme for JSON bodies: hash in the query, HMAC-SHA1 over the whole URL."""
        query = f"?bodySHA256={hashlib.sha256(body).hexdigest()}"
        signed = (self.public_url + query).encode()
        digest = hmac.digest(self.auth_token.encode(), signed, "sha1")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": base64.b64encode(digest).decode(),
        }
        return SignedRequest(self.post_url + query, headers)
