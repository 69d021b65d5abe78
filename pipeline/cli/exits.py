"""What the exit code of a command says."""

from enum import IntEnum

from pipeline.errors import ConfigurationError, PipelineError, UnavailableError


class Exit(IntEnum):
    """Exit codes, the same for every command."""

    OK = 0  # done
    DIFFERENT = 1  # a check ran and found differences
    USAGE = 2  # an argument or a setting can't be used
    UNAVAILABLE = 3  # something the command needs can't be reached
    FAILED = 4  # it can't be done, and trying again won't help
    INTERRUPTED = 130  # ended by Ctrl-C


def exit_code_of(error: PipelineError) -> Exit:
    """The code for an error raised on purpose."""
    if isinstance(error, ConfigurationError):
        return Exit.USAGE
    if isinstance(error, UnavailableError):
        return Exit.UNAVAILABLE
    return Exit.FAILED
