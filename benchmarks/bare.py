"""The ingress's yardstick: an aiohttp handler on uvloop that only reads the body and answers.

``python -m benchmarks.bare PORT``
"""

import sys

from aiohttp import web

from benchmarks.yardstick import needing_nothing, serve


async def _read(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


if __name__ == "__main__":
    serve(int(sys.argv[1]), needing_nothing(_read))
