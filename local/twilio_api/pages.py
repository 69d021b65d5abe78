"""Lists as the newer products give them, page by page."""

from typing import Any, Final

from aiohttp import web

_LARGEST: Final = 1_000


def page(request: web.Request, key: str, found: list[dict[str, Any]]) -> web.Response:
    """The page that was asked for, with the address of the next one."""
    size = min(int(request.query.get("PageSize", "50")), _LARGEST)
    number = int(request.query.get("Page", "0"))
    after = (number + 1) * size
    follows = request.url.update_query(Page=str(number + 1), PageSize=str(size))
    meta = {
        "key": key,
        "page": number,
        "page_size": size,
        "url": str(request.url),
        "first_page_url": str(request.url.update_query(Page="0", PageSize=str(size))),
        "previous_page_url": None,
        "next_page_url": str(follows) if after < len(found) else None,
    }
    return web.json_response({"meta": meta, key: found[number * size : after]})
