"""Secrets from files that variables name: ``..._PASSWORD_FILE`` for what ``..._PASSWORD`` holds."""

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource
from typing_extensions import override

from pipeline.errors import ConfigurationError

SUFFIX = "_FILE"


class SecretFilesSource(PydanticBaseSettingsSource):
    """Every secret may be in a file, but for those whose settings class has a file of its own."""

    @override
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        prefix = str(self.config.get("env_prefix", ""))
        variable = f"{prefix}{field_name}{SUFFIX}".upper()
        path = os.environ.get(variable)
        return (_content(variable, Path(path)) if path else None), field_name, False

    @override
    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in fields.items()
            if may_be_in_file(name, fields)
        }
        return {name: value for name, value in found.items() if value is not None}


def may_be_in_file(name: str, fields: dict[str, FieldInfo]) -> bool:
    """Whether the field is a secret without a file field beside it."""
    return fields[name].annotation is SecretStr and f"{name}{SUFFIX.lower()}" not in fields


def _content(variable: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "not a text"
        raise ConfigurationError(f"set {variable}: can't read {path}: {said}") from None
