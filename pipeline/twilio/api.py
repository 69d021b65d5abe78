"""Twilio's REST API through the twilio package, for several accounts over one session."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from pipeline.errors import ConfigurationError, UnavailableError
from pipeline.settings.twilio_api import TwilioApiSettings

_REFUSED: Final = 400
_TOO_MANY: Final = 429
_USUAL_WAIT_S: Final = 5.0
_LIST_S: Final = 30.0


class _Problem(msgspec.Struct):
    """What of an error's body is used."""

    code: int = 0
    message: str = ""


class TooManyRequestsError(UnavailableError):
    """Twilio asks for less; ``retry_after_s`` is how long it wants to wait.

    ``code`` tells a limit of the whole account (20429, or 0 where it names none) from one of a
    number or verification (60203).
    """

    def __init__(self, retry_after_s: float, code: int) -> None:
        super().__init__(f"Twilio takes no more calls for {retry_after_s:g} s")
        self.retry_after_s = retry_after_s
        self.code = code


class TwilioApi:
    """Clients of the twilio package, one for each account.

    Their errors (``TwilioRestException``) quote what was sent, numbers too: never log their text.
    """

    def __init__(self, settings: TwilioApiSettings, http: AsyncTwilioHttpClient) -> None:
        self._settings = settings
        self._http = http
        self._clients: dict[str, Client] = {}

    def client(self, account_sid: str) -> Client:
        """The client that acts for an account; ConfigurationError without its credentials."""
        if account_sid not in self._clients:
            self._clients[account_sid] = self._make(account_sid)
        return self._clients[account_sid]

    def _make(self, account_sid: str) -> Client:
        settings = self._settings
        own = settings.accounts.get(account_sid)
        if own:
            username, _, password = own.get_secret_value().partition(":")
        else:
            username = settings.username or settings.account_sid
            password = settings.password.get_secret_value()
        if not (username and password):
            raise ConfigurationError(
                f"no credentials for {account_sid}: set TWILIO_PIPELINE_TWILIO_ACCOUNT_SID and "
                "TWILIO_PIPELINE_TWILIO_PASSWORD, or TWILIO_PIPELINE_TWILIO_ACCOUNTS"
            )
        return Client(username, password, account_sid, http_client=self._http)


def patient(settings: TwilioApiSettings) -> TwilioApiSettings:
    """The same with time for long lists, which nobody waits for."""
    return settings.model_copy(update={"timeout_s": max(settings.timeout_s, _LIST_S)})


@asynccontextmanager
async def connected(
    settings: TwilioApiSettings, traces: Sequence[aiohttp.TraceConfig] = ()
) -> AsyncIterator[TwilioApi]:
    """Twilio's API for the block; ``traces`` hear of each request."""
    http = _Http(settings.base_url, settings.timeout_s, traces)
    try:
        yield TwilioApi(settings, http)
    finally:
        await http.close()


class _Http(AsyncTwilioHttpClient):  # type: ignore[misc]  # the package is not typed
    """The package's client with a time limit, another origin where one is set, and 429 told apart.

    The package leaves its time limit unused, waits for ever where it is given none, and drops
    Retry-After. Of a list that is refused it tells neither status nor code.
    """

    def __init__(
        self, base_url: str, timeout_s: float, traces: Sequence[aiohttp.TraceConfig]
    ) -> None:
        super().__init__(pool_connections=False)
        self.session = aiohttp.ClientSession(trace_configs=list(traces))
        self._timeout_s = timeout_s
        self._address = partial(_moved, base_url) if base_url else str

    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401  as the package has it
        """Make a request; a refusal is a TwilioRestException, 429 a TooManyRequestsError."""
        kwargs |= _signed_in(kwargs.pop("auth", None), kwargs.get("headers"))
        async with asyncio.timeout(self._timeout_s):
            response = await super().request(method, self._address(url), *args, **kwargs)
        if response.status_code >= _REFUSED:
            raise _refusal(method, url, response)
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Log nothing: a request holds numbers and codes."""

    def log_response(self, status_code: int, response: Response) -> None:
        """Log nothing."""


def _signed_in(auth: tuple[str, str] | None, headers: dict[str, str] | None) -> dict[str, Any]:
    """Who calls, in a header: the package would use a class that aiohttp has deprecated."""
    if auth is None:
        return {}
    return {"headers": {**(headers or {}), "Authorization": aiohttp.encode_basic_auth(*auth)}}


def _moved(base_url: str, url: str) -> str:
    origin = urlsplit(base_url)
    return urlunsplit(urlsplit(url)._replace(scheme=origin.scheme, netloc=origin.netloc))


def _refusal(
    method: str, url: str, response: Response
) -> TooManyRequestsError | TwilioRestException:
    problem = _problem(response.text)
    if response.status_code == _TOO_MANY:
        return TooManyRequestsError(_seconds(response.headers.get("Retry-After")), problem.code)
    code = problem.code or response.status_code
    return TwilioRestException(response.status_code, url, problem.message, code, method)


def _problem(body: str) -> _Problem:
    try:
        return msgspec.json.decode(body, type=_Problem)
    except msgspec.MsgspecError:
        return _Problem()


def _seconds(header: str | None) -> float:
    try:
        return max(float(header or _USUAL_WAIT_S), 0.0)
    except ValueError:
        return _USUAL_WAIT_S
