"""Whether Twilio signed a request: the check of ``X-Twilio-Signature``, apart from any web server.

Twilio signs the URL it was given, with the SHA-256 of the body appended to its query. The URL
is therefore known before the body is read, and a stranger's body need not be read at all.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

_ONLY_HASH: Final = re.compile(r"bodySHA256=([0-9a-f]{64})")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


class Verifier:
    """Knows the public URL and the auth tokens.

    A request counts as signed when the signature fits the public URL's origin with either the
    path the request came in on (so the operator may give Twilio any of the ingress's paths) or
    the public URL's own path (so a proxy may rewrite it), each with and without the port, as
    Twilio is not consistent about it. The request's own Host header is never used.
    """

    def __init__(self, public_url: str, tokens: Sequence[bytes]) -> None:
        parts = urlsplit(public_url)
        self._origins = tuple(_origins(parts))
        self._path = parts.path
        self._tokens = tuple(tokens)

    def signed(self, target: str, signature: str) -> bool:
        """Whether one of the tokens made this signature for the request's raw target."""
        given = _raw(signature)
        return any(
            hmac.compare_digest(b64encode(hmac.digest(token, url, "sha1")), given)
            for url in self._urls(target)
            for token in self._tokens
        )

    def _urls(self, target: str) -> Iterator[bytes]:
        path, question_mark, query = target.partition("?")
        for each in dict.fromkeys((path, self._path)):
            for origin in self._origins:
                yield _raw(f"{origin}{each}{question_mark}{query}")


def claimed_body_hash(target: str) -> str | None:
    """The ``bodySHA256`` of a raw request target; the first one where there are several."""
    query = target.partition("?")[2]
    alone = _ONLY_HASH.fullmatch(query)
    if alone:
        return alone[1]
    found = parse_qs(query).get("bodySHA256")
    return found[0] if found else None


def body_matches(body: bytes, claimed: str) -> bool:
    """Whether the body is the one that was signed."""
    return hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), _raw(claimed))


def _origins(url: SplitResult) -> Iterator[str]:
    """Scheme and authority as configured first, then with the port added or taken away."""
    yield f"{url.scheme}://{url.netloc}"
    other = (
        f"{url.netloc}:{_DEFAULT_PORTS[url.scheme]}"
        if url.port is None
        else url.netloc.removesuffix(f":{url.port}")
    )
    yield f"{url.scheme}://{other}"


def _raw(text: str) -> bytes:
    """The bytes a header or target had on the wire; servers decode them with surrogate escapes."""
    return text.encode("utf-8", "surrogateescape")
