"""What of ClickHouse's errors the sink answers with more than waiting or stopping."""

from pipeline.errors import PermanentError, UnavailableError


class OverloadedError(UnavailableError):
    """ClickHouse can't keep up: trying again helps if less is asked of it."""


class TooLargeError(OverloadedError):
    """The insert needs more memory than ClickHouse has for it: a smaller one may fit."""


class RefusedRowsError(PermanentError):
    """A value in the rows is at fault, not the table: the other rows can still be stored.

    ``cause`` names the fault without data, for the dead letter.
    """

    def __init__(self, message: str, cause: str) -> None:
        super().__init__(message)
        self.cause = cause
