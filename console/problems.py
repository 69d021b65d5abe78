"""What the console answers when it can't do what was asked."""

from typing import Final

from pipeline.analyst import TooMuchError
from pipeline.errors import PipelineError, UnavailableError

BAD_REQUEST: Final = 400
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
TOO_MANY_REQUESTS: Final = 429
INTERNAL_ERROR: Final = 500
UNAVAILABLE: Final = 503


class ProblemError(PipelineError):
    """An answer of this HTTP status; its text is one sentence for whoever asked."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def status_of(error: PipelineError) -> int:
    """The HTTP status that says whether trying again may help."""
    if isinstance(error, ProblemError):
        return error.status
    if isinstance(error, UnavailableError):
        return UNAVAILABLE
    return BAD_REQUEST if isinstance(error, TooMuchError) else INTERNAL_ERROR
