"""The target of commands that change things or read what analysts may not."""

from pathlib import Path

import msgspec
from pydantic import SecretStr

from local.stack_file import last_stack
from local.stack_secrets import StackSecrets, stack_secrets
from pipeline.cli.target import Target, find_target
from pipeline.settings import ClickHouseSettings, PrivacySettings, load

#: The user a local stack's migrations run as.
_LOCAL_ADMIN = "writer"


class Administrator(msgspec.Struct, frozen=True):
    """Where things are, as who may change them; ``secrets`` are a local stack's."""

    target: Target
    secrets: StackSecrets | None = None

    @property
    def clickhouse(self) -> ClickHouseSettings:
        """ClickHouse as its administrator."""
        return self.target.clickhouse

    def privacy(self) -> PrivacySettings:
        """The keys as the parts have them; ConfigurationError when the environment lacks them."""
        if self.secrets is None:
            return load(PrivacySettings)
        return load(PrivacySettings, hash_key=self.secrets.hash_key)


def find_administrator(stack: Path | None) -> Administrator:
    """As find_target; a local stack's credentials are read from its folder.

    ConfigurationError when there is no target.
    """
    target = find_target(stack)
    file = stack or last_stack()
    if target.stack is None or file is None:
        return Administrator(target)
    secrets = stack_secrets(file.parent if file.suffix == ".json" else file)
    clickhouse = target.clickhouse.model_copy(
        update={"user": _LOCAL_ADMIN, "password": SecretStr(secrets.writer_password)}
    )
    return Administrator(msgspec.structs.replace(target, clickhouse=clickhouse), secrets)
