"""One stack for all whole-stack tests: starting one takes seconds, and runs never mix."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack_process import StackProcess


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackProcess]:
    made = StackProcess(tmp_path_factory.mktemp("stack"))
    try:
        made.start()
        yield made
    finally:
        made.end()
