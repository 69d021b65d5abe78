import aiohttp
import pytest

from local.ports import free_port
from pipeline.errors import ConfigurationError
from pipeline.monitoring import listen, serve


async def test_the_routes_tell_how_a_part_is() -> None:
    reasons = ["waiting for Kafka", "waiting for Kafka", None, None]
    port = free_port()
    # the gauge goes on asking for as long as the process lasts
    runner = await serve(listen("127.0.0.1", port), lambda: reasons.pop(0) if reasons else None)
    base = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{base}/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok\n")
        async with client.get(f"{base}/readyz") as answer:
            assert (answer.status, await answer.text()) == (503, "waiting for Kafka\n")
        async with client.get(f"{base}/metrics") as answer:
            assert "\ntwilio_ready 0.0\n" in await answer.text()
        async with client.get(f"{base}/readyz") as answer:
            assert (answer.status, await answer.text()) == (200, "ready\n")
        async with client.get(f"{base}/metrics") as answer:
            assert "\ntwilio_ready 1.0\n" in await answer.text()
    await runner.cleanup()


def test_a_port_in_use_is_named() -> None:
    port = free_port()
    with (
        listen("127.0.0.1", port),
        pytest.raises(ConfigurationError, match=f"can't serve metrics on 127.0.0.1:{port}"),
    ):
        listen("127.0.0.1", port)
