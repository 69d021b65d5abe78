"""Who sent a request: what its head claims, and whether that can be believed."""

from typing import Final

import msgspec
from aiohttp import web

from ingest import answers
from ingest.answers import Answer
from ingest.doubt import Doubt
from ingest.signature import Verifier, algorithm_of, claimed_body_hash, is_known, is_shaped
from pipeline.trusted_proxies import TrustedProxies

SIGNATURE_HEADER: Final = "X-Twilio-Signature"
SETTINGS_HEADER: Final = "X-Twilio-Webhooks-Signature-Settings"


class Claim(msgspec.Struct, frozen=True, gc=False):
    """The signed hash of the body and the account whose key signed, or why it is not believed."""

    body_hash: str = ""
    account: bytes = b""
    problem: Answer | None = None


class SenderCheck:
    """Checks the head of a request alone: the signature covers the URL, the URL the body."""

    def __init__(self, verifier: Verifier, doubt: Doubt, proxies: TrustedProxies) -> None:
        self._verifier = verifier
        self._doubt = doubt
        self._proxies = proxies

    def check(self, request: web.Request) -> Claim:
        """Read the claim, and remember how it went for its source."""
        claim = self.claim(request)
        if claim.problem is None:
            self._doubt.right(self._proxies.source(request))
        elif claim.problem is answers.WRONG_SIGNATURE and self._is_in_doubt(request):
            return Claim(problem=answers.DOUBTFUL_SIGNATURE)
        return claim

    def claim(self, request: web.Request) -> Claim:
        """Read the claim of a request."""
        signature = request.headers.get(SIGNATURE_HEADER)
        if not signature:
            return Claim(problem=answers.NO_SIGNATURE)
        body_hash = claimed_body_hash(request.raw_path)
        if body_hash is None:
            return Claim(problem=answers.NO_BODY_HASH)
        algorithm = _algorithm(request)
        if not is_known(algorithm):
            return Claim(problem=answers.UNKNOWN_ALGORITHM)
        forwarded = self._proxies.origin(request)
        key = self._verifier.signed(request.raw_path, signature, algorithm, forwarded)
        if key is None:
            return Claim(problem=answers.WRONG_SIGNATURE)
        return Claim(body_hash, key.account)

    def _is_in_doubt(self, request: web.Request) -> bool:
        """Strangers' made-up signatures mostly don't even have the length of one."""
        signature = request.headers[SIGNATURE_HEADER]
        shaped = is_shaped(signature, _algorithm(request))
        return shaped and self._doubt.wrong(self._proxies.source(request))


def _algorithm(request: web.Request) -> str:
    return algorithm_of(request.headers.get(SETTINGS_HEADER))
