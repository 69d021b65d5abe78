"""The webhook: who sent a request, what is in it, and what the sender is told."""

from collections.abc import Callable
from typing import Final

import msgspec
from aiohttp import web

from ingest import answers
from ingest.answers import Answer, RefusedError
from ingest.delivery import LateError
from ingest.desk import Desk
from ingest.gate import Gate
from ingest.quarantine import quarantined
from ingest.reading import read_body
from ingest.refusals import RefusalLog
from ingest.signature import Verifier, body_matches, claimed_body_hash
from ingest.splitting import NotEventsError, NotJsonError, elements_of
from pipeline.errors import UnavailableError

SIGNATURE_HEADER: Final = "X-Twilio-Signature"


class Policy(msgspec.Struct, frozen=True):
    """What the operator decides: the largest body in bytes, and what becomes of a forged one."""

    max_body_bytes: int
    quarantine: bool
    ingress_id: str


class Webhook:
    """Says 200 when everything in a request is safe, and 4xx when it can never be an event.

    The order of the checks matters: the signature covers the URL alone, so that a stranger's
    body is never read unless the policy is to quarantine it.
    """

    def __init__(  # noqa: PLR0913  its collaborators, each of one concern
        self,
        policy: Policy,
        verifier: Verifier,
        gate: Gate,
        desk: Desk,
        refusals: RefusalLog,
        *,
        now_ms: Callable[[], int],
    ) -> None:
        self._policy = policy
        self._verifier = verifier
        self._gate = gate
        self._desk = desk
        self._refusals = refusals
        self._now_ms = now_ms

    async def receive(self, request: web.Request) -> web.Response:
        """POST on one of the webhook's paths."""
        return (await self._answer(request)).response()

    async def misdirected(self, request: web.Request) -> web.Response:
        """Any other path or method: 404, unless Twilio signed it, for then events would be lost."""
        if self._url_problem(request, claimed_body_hash(request.raw_path)):
            return answers.NOT_FOUND.response()
        self._refusals.refused(answers.MISDIRECTED, method=request.method)
        return answers.MISDIRECTED.response()

    async def _answer(self, request: web.Request) -> Answer:
        try:
            return await self._receive(request)
        except RefusedError as refusal:
            answer = refusal.answer
        except LateError:
            answer = answers.KAFKA_LATE
        except UnavailableError:
            answer = answers.KAFKA_FAILED
        except Exception as error:  # noqa: BLE001  Twilio must hear 503, so that it sends again
            self._refusals.failed(answers.UNEXPECTED, error)
            return answers.UNEXPECTED
        self._refusals.refused(answer)
        return answer

    async def _receive(self, request: web.Request) -> Answer:
        self._gate.check()
        claimed = claimed_body_hash(request.raw_path)
        problem = self._url_problem(request, claimed)
        if problem and not self._policy.quarantine:
            raise RefusedError(problem)
        body = await read_body(request, self._policy.max_body_bytes)
        if not problem and not body_matches(body, claimed or ""):
            problem = answers.WRONG_BODY_HASH
        if problem:
            return await self._unverified(request, problem, body)
        await self._desk.accept(_elements(body))
        return answers.OK

    def _url_problem(self, request: web.Request, claimed: str | None) -> Answer | None:
        signature = request.headers.get(SIGNATURE_HEADER)
        if not signature:
            return answers.NO_SIGNATURE
        if claimed is None:
            return answers.NO_BODY_HASH
        fits = self._verifier.signed(request.raw_path, signature)
        return None if fits else answers.WRONG_SIGNATURE

    async def _unverified(self, request: web.Request, problem: Answer, body: bytes) -> Answer:
        if not self._policy.quarantine:
            raise RefusedError(problem)
        item = quarantined(
            request,
            body,
            problem=problem.reason,
            received_at=self._now_ms(),
            ingress_id=self._policy.ingress_id,
        )
        await self._desk.quarantine(item)
        self._refusals.refused(answers.QUARANTINED, problem=problem.reason)
        return answers.QUARANTINED


def _elements(body: bytes) -> list[bytes]:
    try:
        return elements_of(body)
    except NotJsonError as error:
        raise RefusedError(answers.NOT_JSON) from error
    except NotEventsError as error:
        raise RefusedError(answers.NOT_EVENTS) from error
