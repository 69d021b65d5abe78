"""A refused or failed query, as ClickHouse names it: a code, a name, a text."""

from __future__ import annotations

import re
from typing import Final

from pipeline.errors import PipelineError

ACCESS_DENIED: Final = 497
AUTHENTICATION_FAILED: Final = 516
CANNOT_DECOMPRESS: Final = 271
NOT_IMPLEMENTED: Final = 48
READONLY: Final = 164
SESSION_IS_LOCKED: Final = 373
SETTING_CONSTRAINT_VIOLATION: Final = 452
TOO_LARGE: Final = 229
UNKNOWN_EXCEPTION: Final = 1002

_NAMES: Final = {
    ACCESS_DENIED: "ACCESS_DENIED",
    AUTHENTICATION_FAILED: "AUTHENTICATION_FAILED",
    CANNOT_DECOMPRESS: "CANNOT_DECOMPRESS",
    NOT_IMPLEMENTED: "NOT_IMPLEMENTED",
    READONLY: "READONLY",
    SESSION_IS_LOCKED: "SESSION_IS_LOCKED",
    SETTING_CONSTRAINT_VIOLATION: "SETTING_CONSTRAINT_VIOLATION",
    TOO_LARGE: "QUERY_IS_TOO_LARGE",
}
_CODE: Final = re.compile(r"Code: (\d+)\. ")
# The engine wraps its own message once or twice; only the innermost one is the user's.
_WRAPPED: Final = re.compile(r"^Code: \d+\. DB::Exception: (?=Code: \d+\. )")
# The guard asks the engine to parse the query as a value; that question is not the user's.
_SCOPE: Final = re.compile(
    r": In scope SELECT (?:formatQuerySingleLine|parseQueryToJSON)\(.*(?=\. \([A-Z_]+\))",
    re.DOTALL,
)


class QueryError(PipelineError):
    """What the client is told; `code` is ClickHouse's error number."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    @classmethod
    def refused(cls, code: int, reason: str) -> QueryError:
        """Build one of the server's own refusals, worded as ClickHouse words them."""
        return cls(code, f"Code: {code}. DB::Exception: {reason}. ({_NAMES[code]})")

    @classmethod
    def from_engine(cls, message: str) -> QueryError:
        """Read the engine's text, without what the bindings put around it."""
        text = message[max(message.find("Code: "), 0) :]
        while _WRAPPED.match(text):
            text = _WRAPPED.sub("", text)
        found = _CODE.match(text)
        return cls(int(found[1]) if found else UNKNOWN_EXCEPTION, _SCOPE.sub("", text).rstrip())
