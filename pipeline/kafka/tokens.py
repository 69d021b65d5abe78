"""Where the tokens of OAUTHBEARER come from: a file that others keep fresh, or an endpoint."""

import functools
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiokafka.abc import AbstractTokenProvider
from typing_extensions import override

from pipeline.kafka.grant import request_token
from pipeline.kafka.token import NoTokenError, Token, checked, told_by
from pipeline.settings import KafkaSettings

#: So much of its life is left when a token is renewed, but no more than a minute.
_SHARE: Final = 0.2
_MOST_S: Final = 60.0
#: After a failed renewal the old token serves so long before the next attempt.
_PAUSE_S: Final = 5.0


class FileTokens(AbstractTokenProvider):  # type: ignore[misc]  # aiokafka ships no types
    """The token in a file, read for every connection."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock

    @override
    async def token(self) -> str:
        """Give the token; NoTokenError when the file has none, or one that has expired."""
        try:
            text = checked(self._path.read_text("utf-8").strip(), str(self._path))
        except (OSError, UnicodeDecodeError) as error:
            said = error.strerror if isinstance(error, OSError) else "not a text"
            raise NoTokenError(f"can't read the token in {self._path}: {said}") from error
        until = told_by(text)
        if until is not None and until <= self._clock():
            raise NoTokenError(
                f"the token in {self._path} expired at {_moment(until)}: have it renewed"
            )
        return text


class FetchedTokens(AbstractTokenProvider):  # type: ignore[misc]  # aiokafka ships no types
    """A token from an endpoint, kept until shortly before it expires.

    Clients in several threads may share it: at worst two of them fetch at once.
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[Token]], clock: Callable[[], float] = time.time
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token: Token | None = None
        self._renew_at = 0.0

    @override
    async def token(self) -> str:
        """Give a valid token; NoTokenError when there is none and none can be had."""
        if self._token is None or self._clock() >= self._renew_at:
            await self._renew()
        if self._token is None:
            raise NoTokenError("there is no token yet: try again")
        return self._token.text

    async def _renew(self) -> None:
        try:
            token = await self._fetch()
        except NoTokenError:
            if self._token is None or not self._is_valid(self._token):
                raise
            self._renew_at = self._clock() + _PAUSE_S
            return
        now = self._clock()
        life = max(0.0, token.until - now) if token.until is not None else 0.0
        self._renew_at = now + life - min(life * _SHARE, _MOST_S)
        self._token = token

    def _is_valid(self, token: Token) -> bool:
        return token.until is not None and token.until > self._clock()


@functools.lru_cache(maxsize=8)
def token_provider(settings: KafkaSettings) -> AbstractTokenProvider:
    """Build the settings' source of tokens, one for all clients of a process."""
    if settings.oauth_token_file:
        return FileTokens(settings.oauth_token_file)
    return FetchedTokens(functools.partial(request_token, settings))


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
