"""Begins a coroutine at once, so that one which need not wait for anything costs no task.

Faust hands over every record in a coroutine that almost never waits, and guards it by
``wait_first``: four tasks a record, three of them made to be canceled. That was most of what a
record cost.
"""

import types
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any

_Coroutine = Coroutine[Any, Any, Any]


def begin(coroutine: _Coroutine) -> _Coroutine | None:
    """Run it until it waits for something; gives the rest of it, None where there is none."""
    try:
        awaited = coroutine.send(None)
    except StopIteration:
        return None
    return _rest(coroutine, awaited)


async def _rest(coroutine: _Coroutine, awaited: object) -> None:
    await _go_on(coroutine, awaited)


@types.coroutine
def _go_on(coroutine: _Coroutine, awaited: object) -> Generator[object, None, None]:
    """Wait for what it waits for, whoever runs this, and tell it what came of that."""
    while True:
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001  also a cancellation is the coroutine's to hear
            step = partial(coroutine.throw, error)
        else:
            step = partial(coroutine.send, None)
        try:
            awaited = step()
        except StopIteration:
            return
