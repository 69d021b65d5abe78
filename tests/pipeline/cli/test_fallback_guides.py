"""What the how-to pages about fallbacks show can be used as it stands."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from local.ports import free_port
from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from processors.fallback.performing.contacts import Contact, ContactService, read_table
from processors.fallback.performing.signed import RefusedError, SignedCalls
from tests.processors.fallback.performing.errands import errand

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = Path(__file__).parents[3] / "docs" / "how-to"
GUIDES = (
    "write-a-policy.md",
    "connect-your-user-store.md",
    "go-live-with-fallbacks.md",
    "stop-everything.md",
)
SECRET = "0123456789abcdef"  # noqa: S105  an example
ANNA = Contact("anna@example.com", email_verified=True, consent=("email", "call"))
WAIT_SECONDS = 20.0


def block(page: str, language: str) -> str:
    """The first block of a language on a page, without the indentation of its list."""
    text = (PAGES / page).read_text("utf-8")
    found = re.search(rf"^( *)```{language}\n(.*?)\n *```$", text, re.DOTALL | re.MULTILINE)
    assert found
    return re.sub(rf"^{found[1]}", "", found[2], flags=re.MULTILINE) + "\n"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("write-a-policy.md", "policy.toml can be used (dry run: nothing is sent)"),
        ("go-live-with-fallbacks.md", "policy.toml can be used (live: steps are sent)"),
    ],
)
def test_the_policies_can_be_used(
    page: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(block(page, "toml"))
    assert run(["fallback", "check", str(file)]) == Exit.OK
    assert capsys.readouterr().out.splitlines()[-1] == told


def test_the_mistake_is_told_as_the_page_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(block("write-a-policy.md", "toml").replace('do = "retry"', 'do = "sms"', 1))
    assert run(["fallback", "check", str(file)]) == Exit.USAGE
    assert capsys.readouterr().err in (PAGES / "write-a-policy.md").read_text("utf-8").replace(
        "\n   ", "\n"
    )


async def test_the_contacts_file_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(block("connect-your-user-store.md", "csv"))
    assert await (await read_table(file)).find(errand(user="u-17")) == ANNA


@contextmanager
def serving(program: str, port: int) -> Iterator[None]:
    known = {"TWILIO_PIPELINE_FALLBACK_SECRET": SECRET, "PORT": str(port)}
    process = subprocess.Popen(  # noqa: S603  our own page
        [sys.executable, "-c", program], env={**os.environ, **known}, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


async def up(port: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            assert time.monotonic() < deadline, "the page's server did not come up"
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def test_the_contact_service_answers_whom_it_believes() -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/contacts"
    with serving(block("connect-your-user-store.md", "python"), port):
        await up(port)
        async with aiohttp.ClientSession() as session:
            known = ContactService(SignedCalls(session, url, SECRET.encode(), time.time))
            assert await known.find(errand(user="u-17")) == ANNA
            assert await known.find(errand(user="u-18")) is None
            stranger = ContactService(SignedCalls(session, url, b"another secret..", time.time))
            with pytest.raises(RefusedError, match="401"):
                await stranger.find(errand(user="u-17"))


@pytest.mark.parametrize("page", GUIDES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (PAGES / page).read_text("utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text):
        there = (PAGES / target).resolve() if target else PAGES / page
        assert there.exists(), target
        if anchor and there.suffix == ".md":
            heads = re.findall(r"^#+ (.*)$", there.read_text("utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, f"{target}#{anchor}"
