from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pipeline.kafka.grant import request_token
from pipeline.kafka.token import NoTokenError, Token, told_by
from pipeline.kafka.tokens import FetchedTokens, FileTokens
from pipeline.settings import KafkaSettings, load
from tests.security.tokens import CLIENT, SECRET, Endpoint, token, token_endpoint

NOW = 1_900_000_000.0


class Source:
    """Gives tokens in turn, or fails; and the time that a test sets."""

    def __init__(self, life_s: float) -> None:
        self.now = NOW
        self.life_s = life_s
        self.away = False
        self.given = 0

    async def fetch(self) -> Token:
        if self.away:
            raise NoTokenError("nobody there")
        self.given += 1
        return Token(f"token-{self.given}", self.now + self.life_s)

    def tokens(self) -> FetchedTokens:
        return FetchedTokens(self.fetch, lambda: self.now)


async def test_a_token_is_kept_and_renewed_ahead_of_its_end() -> None:
    source = Source(life_s=3600)
    tokens = source.tokens()
    assert [await tokens.token() for _ in range(3)] == ["token-1"] * 3
    source.now = NOW + 3600 - 61
    assert await tokens.token() == "token-1"
    source.now = NOW + 3600 - 59
    assert await tokens.token() == "token-2"


async def test_a_short_life_is_renewed_at_four_fifths() -> None:
    source = Source(life_s=10)
    tokens = source.tokens()
    assert await tokens.token() == "token-1"
    source.now = NOW + 7.9
    assert await tokens.token() == "token-1"
    source.now = NOW + 8.1
    assert await tokens.token() == "token-2"


async def test_while_the_endpoint_is_away_a_valid_token_serves() -> None:
    source = Source(life_s=100)
    tokens = source.tokens()
    await tokens.token()
    source.away, source.now = True, NOW + 90
    assert await tokens.token() == "token-1"
    source.now = NOW + 101
    with pytest.raises(NoTokenError, match="nobody there"):
        await tokens.token()
    source.away = False
    assert await tokens.token() == "token-2"


async def test_a_token_without_an_end_is_fetched_each_time() -> None:
    given = iter(["one", "two"])

    async def fetch() -> Token:
        return Token(next(given))

    tokens = FetchedTokens(fetch, lambda: NOW)
    assert [await tokens.token(), await tokens.token()] == ["one", "two"]


async def test_a_file_is_read_for_every_connection(tmp_path: Path) -> None:
    file = tmp_path / "token"
    tokens = FileTokens(file)
    first, second = token(60), token(61)
    for text in (first, second, "an-opaque.token"):
        file.write_text(f" {text}\n")
        assert await tokens.token() == text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "can't read the token in {}: No such file or directory"),
        (b"\xff", "can't read the token in {}: not a text"),
        (b"\n", "there is no token in {}"),
        (b"two words", "there is no token in {}"),
        (b"smuggled\x01auth", "there is no token in {}"),
    ],
)
async def test_a_file_without_a_token_is_told(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NoTokenError) as failure:
        await FileTokens(file).token()
    assert failure.value.why.startswith(said.format(file))


def test_an_end_is_read_where_there_is_one() -> None:
    assert told_by("eyJhbGciOiJub25lIn0.eyJleHAiOjE5MDAwMDAwMDB9.") == NOW
    for other in ("opaque", "a.b.c", "a.e30.c", "é.é.é", "a.bnVsbA.c"):
        assert told_by(other) is None


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with token_endpoint() as made:
        yield made


def settings(endpoint: Endpoint, **more: Any) -> KafkaSettings:  # noqa: ANN401  any setting
    grant = {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "OAUTHBEARER",
        "oauth_token_url": endpoint.url,
        "oauth_client_id": CLIENT,
        "oauth_client_secret": SECRET,
    }
    return load(KafkaSettings, **{**grant, **more})


async def test_a_grant_is_asked_for(endpoint: Endpoint) -> None:
    endpoint.life_s = 120
    granted = await request_token(settings(endpoint, oauth_scope="kafka produce"))
    told = told_by(granted.text)
    assert told is not None
    assert granted.until is not None
    assert abs(granted.until - told) < 60
    assert endpoint.scopes == ["kafka produce"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((400, '{"error": "invalid_scope"}'), "refuses a token (HTTP 400, invalid_scope)"),
        ((403, '{"error": "<script>secret"}'), "refuses a token (HTTP 403): check"),
        ((302, ""), "refuses a token (HTTP 302): check"),
        ((200, "<html>"), "does not answer as a token endpoint"),
        ((200, '{"access_token": "a b"}'), "there is no token in the answer of"),
        ((200, '{"access_token": ' + "x" * 70_000), "does not answer as a token endpoint"),
    ],
)
async def test_what_is_no_grant_is_told(
    endpoint: Endpoint, answer: tuple[int, str], said: str
) -> None:
    status, text = answer
    endpoint.answer = web.Response(status=status, text=text)
    with pytest.raises(NoTokenError) as failure:
        await request_token(settings(endpoint))
    assert said in failure.value.why
    assert SECRET not in failure.value.why
    assert "script" not in failure.value.why


async def test_an_endpoint_that_is_away_is_told() -> None:
    nowhere = Endpoint(url="http://127.0.0.1:1/token")
    with pytest.raises(NoTokenError) as failure:
        await request_token(settings(nowhere))
    assert failure.value.why == (
        f"{nowhere.url} gives no token (Connection refused): see whether it runs, and its "
        "certificate"
    )
