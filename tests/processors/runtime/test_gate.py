import asyncio

from processors.runtime.gate import Gate


async def nothing() -> None:
    """Flush nothing."""


def claimed(gate: Gate) -> int:
    claim = gate.claim()
    assert claim is not None
    return claim


async def test_only_the_recovery_of_the_present_assignment_opens_it() -> None:
    gate = Gate()
    assert gate.claim() is None
    gate.assigned()
    first = claimed(gate)
    await gate.close(nothing)  # revoked while it restores
    assert gate.claim() is None
    assert not gate.open(first)
    gate.assigned()
    assert not gate.open(first)  # not for another assignment either
    assert not gate.is_open
    assert gate.open(claimed(gate))
    assert not gate.open(first)
    assert gate.is_open


async def test_it_closes_behind_a_running_flush_and_flushes_a_last_time() -> None:
    gate, done = Gate(), list[str]()
    gate.assigned()
    gate.open(claimed(gate))

    async def flush(name: str) -> None:
        assert gate.is_open
        done.append(name)

    async with gate.hold() as is_open:
        assert is_open
        closing = asyncio.create_task(gate.close(lambda: flush("last")))
        await asyncio.sleep(0)
        await flush("running")
    await closing
    assert done == ["running", "last"]
    async with gate.hold() as is_open:
        assert not is_open
    await gate.close(lambda: flush("once more"))
    assert done == ["running", "last"]
