"""The whole pipeline on one machine, in one folder, for as long as a block lasts."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from local.console_users import first_user
from local.stack_file import STACK_FILE, StackFile, remember_stack, write_stack_file
from local.stack_parts import PUBLIC_URL, StackParts
from local.stack_secrets import stack_secrets
from local.supervisor.directory_lock import directory_lock
from local.supervisor.signals import ended_by_signals
from local.supervisor.supervisor import Supervisor
from pipeline.settings import ClickHouseSettings, KafkaSettings, RetentionSettings, load
from pipeline.settings.kafka_connection import UNSECURED
from pipeline.topics import ensure_topics
from sinks import retention
from sinks.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from local.supervisor.keeper import PartState

PARTS = (
    *("kafka", "clickhouse", "ingest"),
    *("lifecycle", "alerts", "notifier", "fallback", "sink", "console"),
)


class Stack:
    """`async with Stack(folder) as stack:` runs all parts and keeps them running.

    Entering returns when every part is ready; it raises PipelineError when the folder is in
    use, a download fails or a part does not come up. A used folder goes on where it was.
    ``more`` is what a part finds in its environment besides, by the part's name.
    """

    def __init__(self, data: Path, more: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._data = data.resolve()
        self._more = more or {}
        self._states: dict[str, PartState] = {}
        self._first_login = ""
        self._exit = AsyncExitStack()

    @property
    def file(self) -> Path:
        """The stack.json by which other processes find the parts."""
        return self._data / STACK_FILE

    @property
    def info(self) -> StackFile:
        """What stack.json says now."""
        parts = self._parts
        states = self._states
        return StackFile(
            ready=all(name in states and states[name].ready for name in PARTS),
            ingest=parts.ingest_url,
            kafka=parts.kafka_server.bootstrap,
            clickhouse=parts.clickhouse_server.url,
            public_url=PUBLIC_URL,
            auth_token=parts.secrets.auth_token,
            parts={name: states[name].pid for name in PARTS if name in states},
            console=parts.console_url,
        )

    @property
    def first_login(self) -> str:
        """How to log in to the console, where nobody could before; else empty."""
        return self._first_login

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._exit.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._exit.aclose()

    async def _start(self) -> None:
        self._exit.enter_context(directory_lock(self._data))
        self._parts = StackParts.plan(self._data, stack_secrets(self._data), self._more)
        self.file.unlink(missing_ok=True)  # one that a killed stack left behind
        self._exit.callback(self.file.unlink, missing_ok=True)
        self._first_login = first_user(self._parts.console_users, self._parts.secrets)
        supervisor = Supervisor(self._note)
        self._exit.push_async_callback(supervisor.stop)
        await self._start_servers(supervisor)
        await self._prepare_servers()
        parts = self._parts
        processors = (parts.lifecycle(), parts.alerts(), parts.notifier(), parts.fallback())
        await supervisor.start(parts.ingest(), *processors, parts.sink(), parts.console())
        remember_stack(self.file)

    async def _start_servers(self, supervisor: Supervisor) -> None:
        stopped = threading.Event()
        try:
            argv = await asyncio.to_thread(self._parts.kafka_server.prepare, stopped)
        finally:
            stopped.set()
        await supervisor.start(self._parts.kafka(argv), self._parts.clickhouse())

    async def _prepare_servers(self) -> None:
        """Make topics and tables before anybody uses them."""
        parts, clickhouse = self._parts, self._parts.clickhouse_server
        bootstrap = parts.kafka_server.bootstrap
        await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap, **UNSECURED))
        settings = load(
            ClickHouseSettings,
            url=clickhouse.url,
            user=clickhouse.user,
            password=clickhouse.password,
        )
        await asyncio.to_thread(migrate, settings)
        await asyncio.to_thread(retention.apply, settings, retention.rules(load(RetentionSettings)))

    def _note(self, name: str, state: PartState) -> None:
        self._states[name] = state
        write_stack_file(self.file, self.info)


async def up(data: Path, on_ready: Callable[[Stack], None] | None = None) -> None:
    """Run a stack until Ctrl-C or SIGTERM; raises as entering a Stack does."""
    with ended_by_signals():
        async with Stack(data) as stack:
            if on_ready:
                on_ready(stack)
            await asyncio.Event().wait()
