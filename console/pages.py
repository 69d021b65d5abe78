"""The page itself: its files, and the addresses at which it opens."""

import hashlib
import mimetypes
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final
from urllib.parse import quote

import msgspec
from aiohttp import web

from console.identity import Identity

#: Addresses that open the page; which view it shows is its own business.
LINKS: Final = (
    *("/", "/delivery", "/otp", "/calls", "/errors", "/alerts", "/alerts/{id}", "/fallbacks"),
    *("/fallbacks/{id}", "/health", "/search", "/audit"),
)
_TYPES: Final = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


class _File(msgspec.Struct, frozen=True):
    body: bytes
    etag: str
    content_type: str


class Pages:
    """Holds all files in memory: they are a few hundred kB and never change while it runs."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._files = dict(_read(files("console").joinpath("page"), ""))

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
        """GET /static/..."""
        return self._answer(request, request.match_info["path"])

    def _answer(self, request: web.Request, path: str) -> web.Response:
        found = self._files.get(path)
        if found is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "no-cache", "ETag": found.etag}
        if found.etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = found.content_type
        answer = web.Response(body=found.body, headers=headers)
        answer.enable_compression()
        return answer


def _read(folder: Traversable, prefix: str) -> list[tuple[str, _File]]:
    listed: list[tuple[str, _File]] = []
    for each in folder.iterdir():
        if each.is_dir():
            listed += _read(each, f"{prefix}{each.name}/")
        else:
            listed.append((f"{prefix}{each.name}", _file(each)))
    return listed


def _file(source: Traversable) -> _File:
    body = source.read_bytes()
    ending = source.name[source.name.rfind(".") :]
    guessed = _TYPES.get(ending) or mimetypes.guess_type(source.name)[0] or "text/plain"
    text = guessed.startswith("text/")
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return _File(body, etag, f"{guessed}; charset=utf-8" if text else guessed)
