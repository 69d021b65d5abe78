"""docs/reference/settings.md."""

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipeline.cli.pages.markdown import document, table
from pipeline.settings import ALL, PipelineSettings
from pipeline.settings.base import SECRETS_DIR_VARIABLE


def page() -> str:
    """List every setting with its variable, default and meaning."""
    intro = (
        "Every setting is an environment variable. Instead of a variable, a file of the same name "
        f"in lower case may hold the value: put it in the folder that `{SECRETS_DIR_VARIABLE}` "
        "names. A secret may also be in any file: the variable with `_FILE` at its end names it. "
        "Secrets never come from command-line arguments."
    )
    return document("Settings", intro, *(_section(kind) for kind in ALL))


def _section(kind: type[PipelineSettings]) -> str:
    prefix = str(kind.model_config.get("env_prefix", ""))
    rows = [
        (f"`{(prefix + name).upper()}`", _default(field), field.description or "")
        for name, field in kind.model_fields.items()
    ]
    title = (kind.__doc__ or "").strip().rstrip(".")
    return f"## {title}\n\n" + table(("variable", "default", "meaning"), rows)


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    return f"`{field.default}`" if str(field.default) else "empty"
