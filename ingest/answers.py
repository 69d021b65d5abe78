"""Every answer the webhook gives, in one table.

Twilio takes 2xx for done, tries 429 and 5xx again for hours, and drops the event for good on
any other 4xx. So 4xx stands only where no real event can be lost by it; all else is 503.
"""

from http import HTTPStatus
from typing import Final

from aiohttp import web

from pipeline.errors import PipelineError
from pipeline.metrics import INGEST_REQUESTS

_RETRY_AFTER_SECONDS: Final = "5"


class Answer:
    """A status and its reason, which is also the metric's label and the body's one line.

    ``count`` counts it without a response, for one that is sent otherwise.
    """

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        self.status = status
        self.reason = reason
        self.count: Final = INGEST_REQUESTS.labels(str(status.value), reason).inc

    def response(self) -> web.Response:
        """Count the answer and build what is sent."""
        self.count()
        if self.status is HTTPStatus.OK:
            return web.Response()
        headers = {"Retry-After": _RETRY_AFTER_SECONDS} if self.may_be_retried else None
        return web.Response(status=self.status, text=f"{self.reason}\n", headers=headers)

    @property
    def may_be_retried(self) -> bool:
        """Whether Twilio sends the same request again."""
        return self.status is HTTPStatus.SERVICE_UNAVAILABLE


class RefusedError(PipelineError):
    """Ends the handling of a request with an answer that is no 200."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer


def _again(reason: str) -> Answer:
    return Answer(HTTPStatus.SERVICE_UNAVAILABLE, reason)


OK: Final = Answer(HTTPStatus.OK, "ok")
QUARANTINED: Final = Answer(HTTPStatus.OK, "quarantined")

NO_SIGNATURE: Final = Answer(HTTPStatus.FORBIDDEN, "no_signature")
WRONG_SIGNATURE: Final = Answer(HTTPStatus.FORBIDDEN, "wrong_signature")
NO_BODY_HASH: Final = Answer(HTTPStatus.FORBIDDEN, "no_body_hash")
WRONG_BODY_HASH: Final = Answer(HTTPStatus.FORBIDDEN, "wrong_body_hash")

#: Signed, and yet no event: Twilio itself sends no such body.
NOT_JSON: Final = Answer(HTTPStatus.BAD_REQUEST, "not_json")
NOT_EVENTS: Final = Answer(HTTPStatus.BAD_REQUEST, "not_events")
#: No HTTP at all; the server answers before the webhook hears of it.
MALFORMED: Final = Answer(HTTPStatus.BAD_REQUEST, "malformed_http")
NOT_FOUND: Final = Answer(HTTPStatus.NOT_FOUND, "not_found")

#: Signed for another path or method: a sink set up wrongly, whose events must not be lost.
MISDIRECTED: Final = _again("misdirected")
#: Signed, so it may be real: the operator has hours to raise the limit.
TOO_LARGE: Final = _again("too_large")
BROKEN_BODY: Final = _again("broken_body")
SLOW_BODY: Final = _again("slow_body")
#: Twilio may add an algorithm or an encoding before this version knows it.
UNKNOWN_ALGORITHM: Final = _again("unknown_algorithm")
BAD_ENCODING: Final = _again("bad_encoding")
#: Wrong, but from a source that used to be right: the mistake may be on this side.
DOUBTFUL_SIGNATURE: Final = _again("doubtful_signature")
KAFKA_AWAY: Final = _again("kafka_away")
KAFKA_LATE: Final = _again("kafka_late")
KAFKA_FAILED: Final = _again("kafka_failed")
SPOOL_FULL: Final = _again("spool_full")
SPOOL_FAILED: Final = _again("spool_failed")
OVERLOADED: Final = _again("overloaded")
UNEXPECTED: Final = _again("unexpected")
