"""The pages of docs/reference, each written from the code it describes."""

from collections.abc import Callable
from typing import Final

from pipeline.cli.pages import commands, metrics, schemas, settings, topics, views

#: Page builders by file name, below the target folder.
PAGES: Final[dict[str, Callable[[], str]]] = {
    "settings.md": settings.page,
    "topics.md": topics.page,
    "views.md": views.page,
    "commands.md": commands.page,
    "metrics.md": metrics.page,
    **schemas.pages(),
}
