"""Whether Twilio signed a request: the check of ``X-Twilio-Signature``, apart from any web server.

Twilio signs the URL it was given, with the SHA-256 of the body appended to its query. The URL
is therefore known before the body is read, and a stranger's body need not be read at all.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from ingest.keyring import Key, Keyring
from ingest.spelling import spellings

_ONLY_HASH: Final = re.compile(r"bodySHA256=([0-9a-f]{64})")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_DIGESTS: Final = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_LENGTHS: Final = {28: "HMAC_SHA1", 44: "HMAC_SHA256"}


class Verifier:
    """Knows the public URL and the keys.

    A request counts as signed when the signature fits the public URL's origin with either the
    path the request came in on (so the operator may give Twilio any of the ingress's paths) or
    the public URL's own path (so a proxy may rewrite it), each with and without the port, as
    Twilio is not consistent about it. The request's own Host header is never used.
    """

    def __init__(self, public_url: str, keyring: Keyring) -> None:
        parts = urlsplit(public_url)
        self._origins = tuple(origins(parts))
        self._path = parts.path
        self._keyring = keyring
        self._last: Key | None = None

    def signed(
        self, target: str, signature: str, algorithm: str = "HMAC_SHA1", forwarded: str = ""
    ) -> Key | None:
        """The key that made this signature for the request's raw target, if any did.

        ``forwarded`` is one more origin, told by a proxy that is trusted.
        """
        digest = _DIGESTS.get(algorithm)
        if digest is None:
            return None
        given = _raw(signature)
        keys = self._keys()
        likeliest = _raw(self._origins[0] + target)
        key = _signer((likeliest,), keys, digest, given)
        if key is None:
            key = _signer(self._urls(target, forwarded), keys, digest, given)
        if key is None and self._keyring.refresh():
            key = _signer(self._urls(target, forwarded), self._keys(), digest, given)
        self._last = key or self._last
        return key

    def _keys(self) -> Collection[Key]:
        """The one that signed last goes first: most often it signs again."""
        keys = self._keyring.current()
        if len(keys) == 1 or self._last not in keys:
            return keys
        return dict.fromkeys((self._last, *keys))

    def _urls(self, target: str, forwarded: str) -> Iterator[bytes]:
        more = origins(urlsplit(forwarded)) if forwarded else ()
        for each in spellings(target):
            path, question_mark, query = each.partition("?")
            for own in dict.fromkeys((path, self._path)):
                for origin in (*self._origins, *more):
                    yield _raw(f"{origin}{own}{question_mark}{query}")


def algorithm_of(settings: str | None) -> str:
    """What ``X-Twilio-Webhooks-Signature-Settings`` names; HMAC_SHA1 where it names none."""
    if not settings:
        return "HMAC_SHA1"
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def is_known(algorithm: str) -> bool:
    """Whether signatures of this algorithm can be checked at all."""
    return algorithm in _DIGESTS


def is_shaped(signature: str, algorithm: str) -> bool:
    """Whether it could be a signature by some key; what strangers make up mostly could not."""
    return _LENGTHS.get(len(signature)) == algorithm


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


def origins(url: SplitResult) -> Iterator[str]:
    """Scheme and authority as given first, then with the port added or taken away."""
    yield f"{url.scheme}://{url.netloc}"
    other = (
        f"{url.netloc}:{_DEFAULT_PORTS[url.scheme]}"
        if url.port is None
        else url.netloc.removesuffix(f":{url.port}")
    )
    yield f"{url.scheme}://{other}"


def _signer(urls: Iterable[bytes], keys: Collection[Key], digest: str, given: bytes) -> Key | None:
    """The URLs come lazily, the likeliest first."""
    for url in urls:
        for key in keys:
            if hmac.compare_digest(b64encode(hmac.digest(key.secret, url, digest)), given):
                return key
    return None


def _raw(text: str) -> bytes:
    """The bytes a header or target had on the wire; servers decode them with surrogate escapes."""
    return text.encode("utf-8", "surrogateescape")
