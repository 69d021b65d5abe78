"""The webhook as Twilio meets it: a signed request without events, and one nobody signed."""

import re
import time
from collections.abc import Iterator
from typing import Final

import aiohttp

from ingest.keyring import Key, keys_of
from local.simulator.webhook import Webhook
from operations.doctor.finding import Finding
from pipeline.errors import ConfigurationError
from pipeline.network_words import network_words
from pipeline.settings import IngestSettings
from pipeline.settings.ingest import split_secrets

NAME: Final = "ingest.webhook"
#: An empty list is taken in as a request is, and becomes no record.
_BODY: Final = b"[]"
#: Twilio waits no longer.
_SECONDS: Final = 5.0
_OK: Final = 200
_REFUSED: Final = 403
_AWAY: Final = 503
#: As the ingress words its reasons; a page of somebody else's is not quoted.
_REASON: Final = re.compile(r"[a-z_]{2,40}|[A-Za-z0-9 ,.:;'-]{2,80}")
_URL_DO: Final = (
    "set TWILIO_PIPELINE_INGEST_PUBLIC_URL to what Twilio has, and let proxies pass the path and "
    "query; where the public name does not lead out and in again, use --ingest-url"
)


async def look_at_webhook(settings: IngestSettings, post_url: str) -> list[Finding]:
    """Post to ``post_url`` what Twilio would sign for the public URL; no event comes of it.

    ConfigurationError when the file of tokens can't be read, or there is no token at all.
    """
    keys = list(_keys(settings))
    if not keys:
        raise ConfigurationError("set TWILIO_PIPELINE_INGEST_AUTH_TOKENS_FILE: no token is in it")
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as client:
        findings: list[Finding] = []
        for number, key in enumerate(keys, 1):
            which = f"token {number} of {len(keys)}"
            try:
                findings.append(await _post_signed(client, settings, post_url, key, which))
            except (aiohttp.ClientError, OSError) as error:
                seen = f"{post_url} can't be posted to from here: {network_words(error)}"
                return [*findings, Finding(NAME, "fail", seen, _URL_DO)]
        if settings.signature_failure == "reject" and findings[0].grade == "ok":
            findings.append(await _post_unsigned(client, post_url))
    return findings


def _keys(settings: IngestSettings) -> Iterator[Key]:
    yield from keys_of(settings.tokens)
    if file := settings.auth_tokens_file:
        try:
            yield from keys_of(split_secrets(file.read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"set TWILIO_PIPELINE_INGEST_AUTH_TOKENS_FILE: can't read {file}"
            ) from error


async def _post_signed(
    client: aiohttp.ClientSession, settings: IngestSettings, url: str, key: Key, which: str
) -> Finding:
    signed = Webhook(url, settings.public_url, key.secret.decode()).sign(_BODY)
    begun = time.perf_counter()
    status, said = await _post(client, signed.url, signed.headers)
    milliseconds = (time.perf_counter() - begun) * 1000
    if status == _OK:
        seen = f"{url} took a request signed with {which} in {milliseconds:.0f} ms"
        return Finding(NAME, "ok", seen)
    return _refusal(url, which, status, said)


def _refusal(url: str, which: str, status: int, said: str) -> Finding:
    if status == _REFUSED:
        seen = f"{url} refuses what {which} has signed{said}"
        do = "give the ingress this token, and the public URL letter by letter as Twilio has it"
        return Finding(NAME, "fail", seen, do)
    if status == _AWAY:
        do = "see /readyz and the log of the ingress"
        return Finding(NAME, "fail", f"{url} takes no events now{said}", do)
    return Finding(NAME, "fail", f"{url} answers {status}: no webhook is there", _URL_DO)


async def _post_unsigned(client: aiohttp.ClientSession, url: str) -> Finding:
    status, _ = await _post(client, url, {"Content-Type": "application/json"})
    if status == _REFUSED:
        return Finding(NAME, "ok", f"{url} refuses what nobody signed")
    seen = f"{url} answers {status} to what nobody signed: something else may be answering there"
    return Finding(NAME, "fail", seen, _URL_DO)


async def _post(
    client: aiohttp.ClientSession, url: str, headers: dict[str, str]
) -> tuple[int, str]:
    async with client.post(url, data=_BODY, headers=headers, allow_redirects=False) as answer:
        text = (await answer.content.read(200)).decode("utf-8", "replace").strip()
        said = f" ({text})" if _REASON.fullmatch(text) else ""
        return answer.status, said
