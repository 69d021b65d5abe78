import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from pipeline.errors import ConfigurationError
from processors.fallback.performing.contacts import Contact, ContactService, read_table
from processors.fallback.performing.signed import RefusedError, SignedCalls
from tests.processors.fallback.performing.errands import NUMBER, errand
from tests.processors.notifier.channels.receiver import Receiver, receiving

ANNA = Contact("anna@example.com", email_verified=True, consent=("whatsapp", "email"))
HEADER = "key,email,email_verified,consent\n"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest.fixture
async def service(receiver: Receiver) -> AsyncIterator[ContactService]:
    async with aiohttp.ClientSession() as session:
        calls = SignedCalls(session, receiver.url, b"0123456789abcdef", time.time)
        yield ContactService(calls)


async def test_a_service_is_told_reference_and_number(
    service: ContactService, receiver: Receiver
) -> None:
    receiver.body = {
        "email": "anna@example.com",
        "email_verified": True,
        "consent": ["whatsapp", "email"],
    }
    assert await service.find(errand()) == ANNA
    asked = receiver.got[0].json
    assert (asked["user"], asked["to"]) == ("u-17", NUMBER)


async def test_whom_the_service_does_not_know_is_nobody(
    service: ContactService, receiver: Receiver
) -> None:
    receiver.status = 404
    assert await service.find(errand()) is None


async def test_a_service_that_refuses_us_is_no_answer(
    service: ContactService, receiver: Receiver
) -> None:
    receiver.status = 401
    with pytest.raises(RefusedError):
        await service.find(errand())


async def test_an_answer_of_another_shape_is_nobody(
    service: ContactService, receiver: Receiver
) -> None:
    receiver.body = {"email": ["a", "b"]}
    assert await service.find(errand()) is None


@pytest.mark.parametrize("key", ["u-17", NUMBER])
async def test_a_table_is_searched_by_reference_and_by_number(tmp_path: Path, key: str) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(f"{HEADER}{key},anna@example.com,1,whatsapp email\n")
    table = await read_table(file)
    assert await table.find(errand()) == ANNA
    assert await table.find(errand(user="u-18", to="+1")) is None


async def test_a_database_serves_as_a_table(tmp_path: Path) -> None:
    file = tmp_path / "contacts.sqlite"
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE contacts (key, email, email_verified, consent)")
    row = ("u-17", "anna@example.com", 1, "whatsapp email")
    database.execute("INSERT INTO contacts VALUES (?, ?, ?, ?)", row)
    database.commit()
    database.close()
    assert await (await read_table(file)).find(errand()) == ANNA


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("contacts.csv", f"{HEADER}u,a@example.com,perhaps,\n", "needs columns key, email"),
        ("contacts.csv", "email\na@example.com\n", "needs columns key, email"),
        ("contacts.db", "not a database, but long enough to be looked at", "can't read"),
    ],
)
async def test_a_table_of_another_shape_is_refused(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=told):
        await read_table(file)


async def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.csv"):
        await read_table(tmp_path / "nowhere.csv")
