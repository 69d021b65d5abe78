"""The interface as curl and other tools see it."""

import asyncio
import json
import uuid

import aiohttp
import lz4.frame
import pytest
from yarl import URL

from local.clickhouse.process import ClickHouseProcess

Answer = tuple[int, dict[str, str], bytes]


def as_writer(server: ClickHouseProcess) -> dict[str, str]:
    return {"X-ClickHouse-User": server.user, "X-ClickHouse-Key": server.password}


async def ask(
    server: ClickHouseProcess,
    query: dict[str, str],
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    method: str = "POST",
) -> Answer:
    url = URL(server.url).with_query(query)
    async with (
        aiohttp.ClientSession(auto_decompress=False) as client,
        client.request(method, url, data=body, headers=headers) as answer,
    ):
        return answer.status, dict(answer.headers), await answer.read()


@pytest.mark.parametrize("path", ["/ping", "/replicas_status", "/"])
async def test_it_says_that_it_is_there(clickhouse: ClickHouseProcess, path: str) -> None:
    async with aiohttp.ClientSession() as client, client.get(clickhouse.url + path) as answer:
        assert (answer.status, await answer.text()) == (200, "Ok.\n")


async def test_a_get_with_a_query(clickhouse: ClickHouseProcess) -> None:
    status, headers, body = await ask(clickhouse, {"query": "SELECT 1, 'a\tb'"}, method="GET")
    assert (status, body) == (200, b"1\ta\\tb\n")
    assert headers["X-ClickHouse-Format"] == "TabSeparated"
    assert headers["X-ClickHouse-Timezone"] == "UTC"


async def test_a_get_changes_nothing_even_for_the_writer(clickhouse: ClickHouseProcess) -> None:
    name = f"never_{uuid.uuid4().hex}"
    create = {"query": f"CREATE DATABASE {name}"}
    status, headers, _ = await ask(clickhouse, create, method="GET", headers=as_writer(clickhouse))
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (403, "164")


async def test_the_format_may_come_from_clause_url_or_header(
    clickhouse: ClickHouseProcess,
) -> None:
    clause = await ask(clickhouse, {}, b"SELECT 1 AS n FORMAT JSONEachRow")
    url = await ask(clickhouse, {"default_format": "JSONEachRow"}, b"SELECT 1 AS n")
    header = await ask(
        clickhouse, {}, b"SELECT 1 AS n", headers={"X-ClickHouse-Format": "JSONEachRow"}
    )
    for _, headers, body in (clause, url, header):
        assert body == b'{"n":1}\n'
        assert headers["X-ClickHouse-Format"] == "JSONEachRow"
        assert headers["Content-Type"].startswith("application/x-ndjson")


async def test_credentials_in_headers_and_in_the_url(clickhouse: ClickHouseProcess) -> None:
    query = {"query": "SELECT getSetting('readonly')"}
    url = query | {"user": clickhouse.user, "password": clickhouse.password}
    assert (await ask(clickhouse, query, b" ", headers=as_writer(clickhouse)))[2] == b"0\n"
    assert (await ask(clickhouse, url, b" "))[2] == b"0\n"
    assert (await ask(clickhouse, query, b" "))[2] == b"2\n"


@pytest.mark.parametrize("header", ["Basic !!!", "Basic dGVzdA==", "Basic d3JpdGVyOndyb25n"])
async def test_credentials_that_are_none(clickhouse: ClickHouseProcess, header: str) -> None:
    status, headers, body = await ask(
        clickhouse, {}, b"SELECT 1", headers={"Authorization": header}
    )
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (403, "516")
    assert body.endswith(b"(AUTHENTICATION_FAILED)\n")


@pytest.mark.parametrize(
    ("statement", "status", "code"),
    [
        (b"SELECT (", 400, "62"),
        (b"SELECT 1 FROM nowhere", 404, "60"),
        (b"SELECT nope", 404, "47"),
        (b"SELECT 'x'::UInt8", 400, "6"),
        (b"SELECT throwIf(1)", 500, "395"),
        (b"SELECT 1 FORMAT NoSuch", 404, "73"),
    ],
)
async def test_statuses(
    clickhouse: ClickHouseProcess, statement: bytes, status: int, code: str
) -> None:
    answered, headers, body = await ask(clickhouse, {}, statement, headers=as_writer(clickhouse))
    assert (answered, headers["X-ClickHouse-Exception-Code"]) == (status, code)
    assert body.startswith(f"Code: {code}. DB::Exception: ".encode())


async def test_an_unknown_setting_is_an_error(clickhouse: ClickHouseProcess) -> None:
    status, headers, _ = await ask(
        clickhouse, {"no_such_setting": "1"}, b"SELECT 1", headers=as_writer(clickhouse)
    )
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (404, "115")


async def test_the_query_id_comes_back(clickhouse: ClickHouseProcess) -> None:
    _, headers, _ = await ask(clickhouse, {"query_id": "my-id"}, b"SELECT 1")
    assert headers["X-ClickHouse-Query-Id"] == "my-id"


async def test_the_summary_of_a_read(clickhouse: ClickHouseProcess) -> None:
    _, headers, _ = await ask(clickhouse, {}, b"SELECT sum(number) FROM numbers(1000)")
    assert json.loads(headers["X-ClickHouse-Summary"])["read_rows"] == "1000"


async def test_several_lz4_frames_are_one_body(clickhouse: ClickHouseProcess) -> None:
    body = lz4.frame.compress(b"SELECT ") + lz4.frame.compress(b"42")
    _, _, answer = await ask(clickhouse, {}, body, headers={"Content-Encoding": "lz4"})
    assert answer == b"42\n"


@pytest.mark.parametrize(
    ("headers", "query", "status", "code"),
    [
        ({"Content-Encoding": "gzip"}, {}, 400, "271"),
        ({"Content-Encoding": "br"}, {}, 501, "48"),
        ({}, {"decompress": "1"}, 501, "48"),
    ],
)
async def test_bodies_that_can_t_be_read(
    clickhouse: ClickHouseProcess,
    headers: dict[str, str],
    query: dict[str, str],
    status: int,
    code: str,
) -> None:
    answered, answer_headers, _ = await ask(clickhouse, query, b"not gzip", headers=headers)
    assert (answered, answer_headers["X-ClickHouse-Exception-Code"]) == (status, code)


async def test_a_session_serves_one_query_at_a_time(clickhouse: ClickHouseProcess) -> None:
    session = {"session_id": f"s-{uuid.uuid4()}"}
    slow = (ask(clickhouse, session, b"SELECT sleep(1)") for _ in range(2))
    answers = await asyncio.gather(*slow)
    assert sorted(status for status, _, _ in answers) == [200, 500]
    refused = max(answers, key=lambda answer: answer[0])
    assert refused[1]["X-ClickHouse-Exception-Code"] == "373"
