"""A receiver for each test, and secrets in the environment."""

from collections.abc import AsyncIterator

import pytest

from tests.processors.notifier.channels.receiver import Receiver, receiving

SECRET = "s3cr3t-0123456789"  # noqa: S105  it guards nothing


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    async with receiving() as found:
        monkeypatch.setenv("THE_URL", f"{found.url}/hook/{SECRET}")
        monkeypatch.setenv("THE_SECRET", SECRET)
        yield found
