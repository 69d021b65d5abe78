"""The page itself: its files, and the addresses at which it opens."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from aiohttp import web

from console.identity import Identity
from console.page_files import read_page

#: Addresses that open the page; which view it shows is its own business.
LINKS: Final = (
    *("/", "/delivery", "/otp", "/calls", "/errors", "/alerts", "/alerts/{id}", "/fallbacks"),
    *("/fallbacks/{id}", "/health", "/search", "/audit"),
)
_ASK_AGAIN: Final = "no-cache"
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


class Pages:
    """Holds all files in memory: they are a few hundred kB and never change while it runs."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._page = read_page(files("console").joinpath("page"))

    @property
    def inline(self) -> Mapping[str, list[str]]:
        """What stands inside the HTML, as CSP sources by element."""
        return self._page.inline

    async def index(self, request: web.Request) -> web.StreamResponse:
        """The page, or the way to the login."""
        if self._identity.visitor(request) is None:
            here = quote(request.path_qs, safe="")
            return web.Response(status=303, headers={"Location": f"/login?next={here}"})
        return self._answer(request, "index.html")

    async def login(self, request: web.Request) -> web.StreamResponse:
        """GET /login."""
        return self._answer(request, "login.html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """GET /static/VERSION/...

        A page of before an upgrade gets today's file: all of its modules are then of today.
        """
        of_now = request.match_info["version"] == self._page.version
        return self._answer(
            request, request.match_info["path"], _FOR_GOOD if of_now else _ASK_AGAIN
        )

    def _answer(self, request: web.Request, path: str, kept: str = _ASK_AGAIN) -> web.Response:
        found = self._page.files.get(path)
        if found is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": kept, "ETag": found.etag, "Vary": "Accept-Encoding"}
        if found.etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = found.content_type
        if found.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=found.packed, headers=headers)
        return web.Response(body=found.body, headers=headers)
