"""Refusals in the form Twilio gives them."""

from typing import Final

from aiohttp import web

_MORE: Final = "https://www.twilio.com/docs/errors/"


class Problem(Exception):  # noqa: N818  an answer, and no fault of the server
    """An answer of 4xx or 5xx; ``code`` is Twilio's, ``retry_after_s`` goes into a header."""

    def __init__(
        self, status: int, code: int, message: str, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s

    def response(self) -> web.Response:
        """What goes over the wire."""
        wait = self.retry_after_s
        return web.json_response(
            {
                "code": self.code,
                "message": self.message,
                "more_info": f"{_MORE}{self.code}",
                "status": self.status,
            },
            status=self.status,
            headers={} if wait is None else {"Retry-After": f"{wait:g}"},
        )


def not_found(path: str) -> Problem:
    """Nothing there, or nothing that this caller may see."""
    return Problem(404, 20404, f"The requested resource {path} was not found")
