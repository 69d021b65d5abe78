"""The policies as their file has them now."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from pipeline.errors import ConfigurationError
from pipeline.watched_file import WatchedFile
from processors.fallback.policy import Policies
from processors.fallback.policy_file import read_policies

_log: Final = structlog.stdlib.get_logger(__name__)


class PolicySource(WatchedFile[Policies]):
    """The policies for plans that begin now; ``on_refused`` hears of each unusable version."""

    def __init__(
        self, path: Path | None, clock: Callable[[], float], on_refused: Callable[[], None]
    ) -> None:
        def heard(policies: Policies, problem: ConfigurationError | None) -> None:
            if problem:
                on_refused()
                message = "the changed policy can't be used; the former one stays"
                _log.error(message, error=str(problem))
            else:
                _log.info("policy read again", dry_run=policies.dry_run)

        super().__init__(path, clock, read_policies, heard)
