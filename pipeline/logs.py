"""Structured logs: lines for people on a terminal, JSON everywhere else."""

import logging
import sys

import structlog
from structlog.typing import Processor

from pipeline.calm import Calm
from pipeline.settings import LogSettings

#: Libraries whose account of every step only helps when debugging.
_CHATTY = ("faust", "mode", "aiokafka")


def configure(settings: LogSettings) -> None:
    """Send structlog and the standard library's loggers to standard error in one format."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings, shared))
    handler.addFilter(Calm("aiokafka"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level)
    # At DEBUG it logs every record's value, hence phone numbers and message texts.
    logging.getLogger("aiokafka").setLevel(max(logging.INFO, root.level))
    for name in _CHATTY if settings.level == "INFO" else ():
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _formatter(
    settings: LogSettings, shared: list[Processor]
) -> structlog.stdlib.ProcessorFormatter:
    text = settings.format == "text" or (settings.format == "auto" and sys.stderr.isatty())
    final: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if text
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final],
    )
