"""A crash on purpose is one line in the log."""

import logging

from pipeline.errors import PipelineError


def shorten_crashes() -> None:
    """Take the tracebacks out of what Faust logs about our own errors: their text says it all."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(_shorten)


def _shorten(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, PipelineError):
        record.msg, record.args, record.exc_info = str(error), (), None
    return True
