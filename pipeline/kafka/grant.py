"""OAuth 2.0's client credentials grant: our id and secret for a token (RFC 6749, 4.4)."""

import asyncio
import base64
import re
import ssl
import time
from typing import Final
from urllib.parse import quote_plus, urlsplit

import aiohttp
import msgspec

from pipeline.kafka.tls import trusting
from pipeline.kafka.token import NoTokenError, Token, checked, told_by
from pipeline.network_words import network_words
from pipeline.settings import KafkaSettings

_SECONDS: Final = 10.0
_MOST_BYTES: Final = 64 * 1024
_OK: Final = 200
#: The error codes of RFC 6749, 5.2; what else an endpoint says may hold secrets.
_CODE: Final = re.compile(r"[a-z_]{1,40}")


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float | None = None


class _Refused(msgspec.Struct):
    error: str = ""


async def request_token(settings: KafkaSettings) -> Token:
    """Fetch a token; NoTokenError says in one line why there is none."""
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_SECONDS)) as client:
            return await _request(client, settings)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NoTokenError(
            f"{_where(settings)} gives no token ({network_words(error)}): see whether it runs, "
            "and its certificate"
        ) from error


async def _request(client: aiohttp.ClientSession, settings: KafkaSettings) -> Token:
    form = {"grant_type": "client_credentials", "scope": settings.oauth_scope}
    secret = settings.oauth_client_secret.get_secret_value()
    pair = f"{quote_plus(settings.oauth_client_id)}:{quote_plus(secret)}"
    credentials = f"Basic {base64.b64encode(pair.encode()).decode()}"
    async with client.post(
        settings.oauth_token_url,
        data={name: value for name, value in form.items() if value},
        headers={"Accept": "application/json", "Authorization": credentials},
        ssl=_tls(settings),
        allow_redirects=False,
    ) as answer:
        body = await _body(answer)
        if answer.status != _OK:
            raise NoTokenError(_refusal(settings, answer.status, body))
        return _token(settings, body)


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    try:
        return await answer.content.readexactly(_MOST_BYTES)
    except asyncio.IncompleteReadError as whole:
        return whole.partial


def _tls(settings: KafkaSettings) -> ssl.SSLContext:
    """An endpoint of one's own is signed by the authority that signs the brokers."""
    context = trusting(None)
    if settings.ssl_ca_file:
        context.load_verify_locations(settings.ssl_ca_file)
    return context


def _token(settings: KafkaSettings, body: bytes) -> Token:
    try:
        granted = msgspec.json.decode(body, type=_Granted)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoTokenError(
            f"{_where(settings)} does not answer as a token endpoint: check the address"
        ) from error
    text = checked(granted.access_token, f"the answer of {_where(settings)}")
    if granted.expires_in is not None:
        return Token(text, time.time() + granted.expires_in)
    return Token(text, told_by(text))


def _refusal(settings: KafkaSettings, status: int, body: bytes) -> str:
    try:
        code = msgspec.json.decode(body, type=_Refused).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        code = ""
    said = f", {code}" if _CODE.fullmatch(code) else ""
    return (
        f"{_where(settings)} refuses a token (HTTP {status}{said}): check "
        "TWILIO_PIPELINE_KAFKA_OAUTH_CLIENT_ID, its _SECRET and _SCOPE"
    )


def _where(settings: KafkaSettings) -> str:
    url = urlsplit(settings.oauth_token_url)
    return f"{url.scheme}://{url.hostname}{f':{url.port}' if url.port else ''}{url.path}"
