"""The files of the page as they are sent: read, put together and compressed once.

What a browser must have before it may paint stands inside the HTML: the styles, and the script
that chooses the theme. Everything else has an address that changes with its content, so that no
browser ever asks for it twice.
"""

import base64
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

_TYPES: Final = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_STYLES: Final = re.compile(r'(?:<link rel="stylesheet" href="/static/[^"]+">\n?)+')
_STYLE: Final = re.compile(r'href="/static/([^"]+)"')
_SCRIPT: Final = re.compile(r'<script src="/static/([^"]+)"></script>')
_INLINE: Final = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


class PageFile(msgspec.Struct, frozen=True):
    """One answer's body, plain and compressed; ``packed`` is empty where that gains nothing."""

    body: bytes
    packed: bytes
    etag: str
    content_type: str


class PageFiles(msgspec.Struct, frozen=True):
    """All files by their path, the version they have together, and what stands inside the HTML.

    ``inline`` has the CSP sources of the inline elements by the element's name.
    """

    version: str
    files: Mapping[str, PageFile]
    inline: Mapping[str, list[str]]


def read_page(folder: Traversable) -> PageFiles:
    """Put the page together."""
    raw = dict(_read(folder, ""))
    version = hashlib.sha256(b"".join(path.encode() + raw[path] for path in sorted(raw)))
    named = version.hexdigest()[:16]
    done = {path: _whole(path, raw, named) for path in raw}
    return PageFiles(named, {path: _file(path, done[path]) for path in done}, _sources(done))


def _read(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _read(each, f"{prefix}{each.name}/")
        else:
            yield f"{prefix}{each.name}", each.read_bytes()


def _whole(path: str, raw: Mapping[str, bytes], version: str) -> bytes:
    """HTML with its styles and its first script inside, and everything at its address."""
    if not path.endswith(".html"):
        return raw[path]
    text = raw[path].decode()
    text = _STYLES.sub(lambda found: _styles(found[0], raw), text)
    text = _SCRIPT.sub(lambda found: f"<script>{raw[found[1]].decode()}</script>", text)
    return text.replace("/static/", f"/static/{version}/").encode()


def _styles(links: str, raw: Mapping[str, bytes]) -> str:
    sheets = [raw[path].decode() for path in _STYLE.findall(links)]
    return f"<style>{''.join(sheets)}</style>\n"


def _sources(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"style": [], "script": []}
    for path in sorted(files):
        if path.endswith(".html"):
            for element, content in _INLINE.findall(files[path].decode()):
                digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
                found[element].append(f"'sha256-{digest}'")
    return {element: list(dict.fromkeys(hashes)) for element, hashes in found.items()}


def _file(path: str, body: bytes) -> PageFile:
    ending = path[path.rfind(".") :]
    kind = _TYPES.get(ending) or mimetypes.guess_type(path)[0] or "text/plain"
    text = kind.startswith("text/")
    packed = b"" if ending == ".woff2" else gzip.compress(body, mtime=0)
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return PageFile(body, packed, etag, f"{kind}; charset=utf-8" if text else kind)
