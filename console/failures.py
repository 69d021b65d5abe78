"""Turns what went wrong into one sentence for whoever asked."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from console.problems import INTERNAL_ERROR, NOT_FOUND, status_of
from pipeline.errors import PipelineError
from pipeline.metrics import CONSOLE_REQUESTS

_log = structlog.stdlib.get_logger("console")


@web.middleware
async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors as JSON, and count every answer."""
    answer = await _answered(request, handler)
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "none"
    CONSOLE_REQUESTS.labels(route, str(answer.status)).inc()
    return answer


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except PipelineError as error:
        status = status_of(error)
        if status >= INTERNAL_ERROR:
            _log.warning("could not answer", path=request.path, reason=str(error))
        return _sentence(status, str(error))
    except web.HTTPException as error:
        text = "There is no such page." if error.status == NOT_FOUND else f"{error.reason}."
        return _sentence(error.status, text)
    except Exception:  # noqa: BLE001  no mistake of ours may show more than this
        _log.exception("failed", path=request.path)
        return _sentence(INTERNAL_ERROR, "The console failed; its log says why.")


def _sentence(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)
