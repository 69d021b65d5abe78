"""A local stack's console lets one user in from the start."""

import json
import stat
from pathlib import Path

from argon2 import PasswordHasher

from console.users import read_users
from console.visitor import Role
from local.console_users import first_user
from local.stack_secrets import stack_secrets


def test_the_first_user_is_told_once_and_can_log_in(tmp_path: Path) -> None:
    secrets = stack_secrets(tmp_path)
    file = tmp_path / "users.json"
    assert first_user(file, secrets) == f"user operator, password {secrets.console_password}"
    (user,) = read_users(file).values()
    assert (user.name, user.role) == ("operator", Role.OPERATOR)
    assert PasswordHasher().verify(user.password, secrets.console_password)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert first_user(file, secrets) == ""
    assert file.read_bytes() == before


def test_a_folder_from_before_the_console_gets_a_password_and_keeps_the_rest(
    tmp_path: Path,
) -> None:
    old = {"auth_token": "t" * 32, "hash_key": "k" * 64, "writer_password": "w" * 32}
    (tmp_path / "secrets.json").write_text(json.dumps(old))
    first = stack_secrets(tmp_path)
    assert (first.auth_token, first.hash_key) == (old["auth_token"], old["hash_key"])
    assert len(first.console_password) == 19
    assert stack_secrets(tmp_path) == first
