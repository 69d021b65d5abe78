"""What the HTTP server logs: requests it can't even parse become refusals like all others.

aiohttp itself would write the sender's address, a traceback and a piece of the request for each,
and anybody can send such.
"""

import logging
from typing import Final

from aiohttp.http_exceptions import HttpProcessingError
from typing_extensions import override

from ingest.answers import MALFORMED
from ingest.refusals import RefusalLog

_NAME: Final = "ingest.http"


class _Malformed(logging.Filter):
    def __init__(self, refusals: RefusalLog) -> None:
        super().__init__()
        self._refusals = refusals

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError):
            return True
        MALFORMED.count()
        self._refusals.refused(MALFORMED)
        return False


def http_logger(refusals: RefusalLog) -> logging.Logger:
    """A logger of one server's own, so that two in a process don't share a filter."""
    logger = logging.Logger(_NAME)  # noqa: LOG001  not shared by name, on purpose
    logger.parent = logging.getLogger()
    logger.addFilter(_Malformed(refusals))
    return logger
