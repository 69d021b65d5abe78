"""Who may log in to a local stack's console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from console.passwords import hashed
from console.users import User, write_users
from console.visitor import Role

if TYPE_CHECKING:
    from pathlib import Path

    from local.stack_secrets import StackSecrets

_NAME: Final = "operator"


def first_user(file: Path, secrets: StackSecrets) -> str:
    """Let one user in where there is no file yet, and say how they log in; else say nothing."""
    if file.exists():
        return ""
    password = secrets.console_password
    write_users(file, {_NAME: User(_NAME, Role.OPERATOR, hashed(password))})
    return f"user {_NAME}, password {password}"
