"""The errors of this product, in one short tree.

Whether a failed call may be tried again is a type, not a guess at its text.
"""


class PipelineError(Exception):
    """Root of all errors raised on purpose; its text is one line that says what to do."""


class ConfigurationError(PipelineError):
    """A setting or an argument can't be used."""


class UnavailableError(PipelineError):
    """Something this part needs does not answer (now); trying again may help."""


class PermanentError(PipelineError):
    """The same call will fail again however often it is tried."""
