"""Mail, against a real SMTP server."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from local.ports import free_port
from pipeline.errors import ConfigurationError
from processors.notifier.channels.mail import Mail
from processors.notifier.message import SENT, Answer
from tests.processors.notifier.channels.test_forms import message
from tests.processors.notifier.stage import alert


class Postbox:
    """Takes mail, or answers as it is told; it may take its time."""

    def __init__(self) -> None:
        self.port = free_port()
        self.got: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refused: set[str] = set()
        self.answer = "250 OK"
        self.delay_s = 0.0
        self.users: list[bytes] = []

    async def handle_RCPT(  # noqa: N802  aiosmtpd's hook
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802  so too
        await asyncio.sleep(self.delay_s)
        if self.answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.got.append(message_from_bytes(envelope.content, policy=policy.default))
            self.recipients = list(envelope.rcpt_tos)
        return self.answer

    def authenticate(
        self, _: SMTP, __: Session, ___: Envelope, ____: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.users.append(given.login)
        return AuthResult(success=given.password == b"right", handled=False)


@asynccontextmanager
async def receiving(
    *,
    wants_password: bool = False,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
) -> AsyncIterator[Postbox]:
    box = Postbox()
    connected: list[SMTP] = []

    def connect() -> SMTP:
        connection = SMTP(
            box,
            authenticator=box.authenticate if wants_password else None,
            auth_require_tls=False,
            tls_context=starttls,
            require_starttls=starttls is not None,
        )
        connected.append(connection)
        return connection

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connect, "127.0.0.1", box.port, ssl=tls)
    try:
        yield box
    finally:
        server.close()
        for connection in connected:
            if connection.transport:
                connection.transport.close()


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with receiving() as found:
        yield found


def channel(box: Postbox, **changes: object) -> Mail:
    given = {
        "name": "c",
        "host": "127.0.0.1",
        "port": box.port,
        "security": "none",
        "sender": "Alerts <alerts@example.com>",
        "to": ["a@example.com", "b@example.com"],
        "timeout_s": 5.0,
    }
    return Mail(**{**given, **changes})  # type: ignore[arg-type]  # by name


async def test_a_mail_says_what_happened_and_stays_in_its_thread(box: Postbox) -> None:
    assert await channel(box).send(message()) == SENT
    assert await channel(box).send(message("resolved")) == SENT
    first, last = box.got
    assert box.recipients == ["a@example.com", "b@example.com"]
    assert first["Subject"] == "FIRING: failures 42.0% instead of 5.0%: country DE"
    assert "Likely cause: carrier" in first.get_content()
    assert "SELECT 1" in first.get_content()
    assert first["References"] == last["References"]
    assert first["Message-ID"] != last["Message-ID"]
    assert first["Message-ID"].endswith("@example.com>")


async def test_names_from_outside_make_no_headers(box: Postbox) -> None:
    told = msgspec.structs.replace(message(), about=alert(title="one\r\nBcc: x@example.com"))
    assert await channel(box).send(told) == SENT
    assert box.got[0]["Subject"] == "FIRING: one Bcc: x@example.com"
    assert box.got[0]["Bcc"] is None


async def test_a_repeat_has_the_same_id(box: Postbox) -> None:
    for _ in range(2):
        await channel(box).send(message())
    assert box.got[0]["Message-ID"] == box.got[1]["Message-ID"]


@pytest.mark.parametrize(
    ("answer", "end"), [("451 later", "later"), ("554 it quotes s3cr3t", "refused")]
)
async def test_the_servers_answer_says_whether_to_try_again(
    box: Postbox, answer: str, end: str
) -> None:
    box.answer = answer
    got = await channel(box).send(message())
    assert (got.end, got.reason) == (end, f"SMTP {answer[:3]}")


async def test_one_refused_recipient_stops_no_other(box: Postbox) -> None:
    box.refused = {"a@example.com"}
    assert await channel(box).send(message()) == SENT
    assert box.recipients == ["b@example.com"]
    box.refused = {"a@example.com", "b@example.com"}
    got = await channel(box).send(message())
    assert (got.end, got.reason) == ("refused", "SMTP: all recipients refused")


async def test_no_answer_in_time_may_have_arrived(box: Postbox) -> None:
    box.delay_s = 3
    got = await channel(box, timeout_s=0.5).send(message())
    assert got == Answer(end="later", reason="timed out", may_have_arrived=True)


async def test_a_refused_connection_has_not_arrived(box: Postbox) -> None:
    got = await channel(box, port=free_port()).send(message())
    assert got == Answer(end="later", reason="can't connect")


async def test_it_never_goes_out_in_the_clear_where_tls_is_asked_for(box: Postbox) -> None:
    got = await channel(box, security="starttls").send(message())
    assert got.end != "sent"
    assert (await channel(box, security="tls").send(message())).end != "sent"
    assert box.got == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_who_is_vouched_for_gets_it_encrypted(security: str, tmp_path: Path) -> None:
    authority, stranger, context = (
        trustme.CA(),
        trustme.CA(),
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
    )
    authority.issue_cert("127.0.0.1").configure_cert(context)
    known, unknown = tmp_path / "known.pem", tmp_path / "unknown.pem"
    authority.cert_pem.write_to_path(known)
    stranger.cert_pem.write_to_path(unknown)
    at_once, later = (context, None) if security == "tls" else (None, context)
    async with receiving(tls=at_once, starttls=later) as box:
        post = channel(box, security=security, ca_file=str(known))
        assert await post.send(message()) == SENT
        post = channel(box, security=security, ca_file=str(unknown))
        assert (await post.send(message())).end == "later"
    assert len(box.got) == 1


async def test_a_password_is_given_where_there_is_a_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with receiving(wants_password=True) as box:
        post = channel(box, user="alerts", password_env="THE_PASSWORD")
        monkeypatch.setenv("THE_PASSWORD", "right")
        assert await post.send(message()) == SENT
        monkeypatch.setenv("THE_PASSWORD", "wrong")
        assert await post.send(message()) == Answer(end="refused", reason="SMTP 535")
        assert set(box.users) == {b"alerts"}


async def test_what_is_missing_is_named(box: Postbox) -> None:
    with pytest.raises(ConfigurationError, match="the variable NOT_THERE holds no password"):
        channel(box, user="x", password_env="NOT_THERE").check()
    with pytest.raises(ConfigurationError, match="set to, a list of addresses"):
        channel(box, to=[]).check()
