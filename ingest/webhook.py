"""The webhook: what is in a request, and what the sender is told."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from ingest import answers
from ingest.answers import Answer, RefusedError
from ingest.delivery import LateError
from ingest.desk import Desk
from ingest.done import DONE
from ingest.gate import Gate
from ingest.quarantine import quarantined
from ingest.reading import Body, BodyLimits, read_body
from ingest.refusals import RefusalLog
from ingest.sender import Claim, SenderCheck
from ingest.splitting import NotEventsError, NotJsonError, elements_of, is_text
from ingest.spool.spool import SpoolError, SpoolFullError
from ingest.trace import trace_of
from pipeline.errors import UnavailableError
from pipeline.metrics import INGEST_FOREIGN_ACCOUNTS, INGEST_SIGNATURE_FAILURES

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from ingest.request_spans import RequestSpans


class Policy(msgspec.Struct, frozen=True):
    """What the operator decides: how much is read, and what becomes of a forged request."""

    body: BodyLimits
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
        sender: SenderCheck,
        gate: Gate,
        desk: Desk,
        refusals: RefusalLog,
        *,
        now_ms: Callable[[], int],
        spans: "RequestSpans | None" = None,
    ) -> None:
        self._policy = policy
        self._spans = spans
        self._sender = sender
        self._gate = gate
        self._desk = desk
        self._refusals = refusals
        self._now_ms = now_ms

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """POST on one of the webhook's paths."""
        answer = await self._answer(request)
        if answer is answers.OK and DONE.fits(request):
            answer.count()
            return DONE
        return answer.response()

    async def misdirected(self, request: web.Request) -> web.Response:
        """Any other path or method: 404, unless Twilio signed it, for then events would be lost."""
        if self._sender.claim(request).problem:
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
        except SpoolFullError:
            answer = answers.SPOOL_FULL
        except SpoolError:
            answer = answers.SPOOL_FAILED
        except UnavailableError:
            answer = answers.KAFKA_FAILED
        except Exception as error:  # noqa: BLE001  Twilio must hear 503, so that it sends again
            self._refusals.failed(answers.UNEXPECTED, error)
            return answers.UNEXPECTED
        self._refusals.refused(answer)
        return answer

    async def _receive(self, request: web.Request) -> Answer:
        with self._gate:
            claim = self._sender.check(request)
            if claim.problem:
                INGEST_SIGNATURE_FAILURES.labels(claim.problem.reason).inc()
            if claim.problem and not self._policy.quarantine:
                raise RefusedError(claim.problem)
            body = await read_body(request, self._policy.body, self._gate)
            if claim.problem:
                return await self._unverified(request, claim.problem, body.raw)
            if not body.matches(claim.body_hash):
                INGEST_SIGNATURE_FAILURES.labels(answers.WRONG_BODY_HASH.reason).inc()
                return await self._unverified(request, answers.WRONG_BODY_HASH, body.raw)
            trace = trace_of(request)
            if self._spans is None:
                return await self._accept(claim, body, trace)
            with self._spans.request(trace) as span:
                return await self._accept(claim, body, trace, span)

    async def _accept(
        self, claim: Claim, body: Body, trace: bytes, span: "Span | None" = None
    ) -> Answer:
        content = body.content()
        await self._desk.accept(_elements(content), trace, span, is_text=is_text(content))
        if claim.account not in content:
            INGEST_FOREIGN_ACCOUNTS.inc()
        return answers.OK

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


def _elements(body: bytes) -> Sequence[bytes]:
    try:
        return elements_of(body)
    except NotJsonError as error:
        raise RefusedError(answers.NOT_JSON) from error
    except NotEventsError as error:
        raise RefusedError(answers.NOT_EVENTS) from error
