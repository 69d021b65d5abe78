"""Bodies that are odd in ways JSON allows, or nearly: one answer for each, whole requests."""

import msgspec
import pytest

from pipeline.items.dead_letter import DeadLetter
from pipeline.topics import DEAD_LETTERS, RAW
from pipeline.twilio.envelope import mended, split
from tests.ingest.topic_reader import TopicReader
from tests.ingest.twilio_like import Sender, message_event, signature_of, signed_target

SMS = b"com.twilio.messaging.message.sent"


def event(data: bytes, before: bytes = b"") -> bytes:
    """An event with this text as its data."""
    return b'{"id":"EZ1"%b,"type":"%b","data":{"messageSid":"SM1",%b}}' % (before, SMS, data)


#: Events as they are: they go on byte for byte.
EVENTS = {
    "a key twice": event(b'"x":1,"x":2', b',"id":"EZ2"'),
    "deep": event(b'"x":' + b"[" * 500 + b"]" * 500),
    "a huge integer": event(b'"x":' + b"9" * 6000),
    "a huge float": event(b'"x":1e999999'),
    "an escaped NUL": event(b'"x":"\\u0000"'),
    "half an emoji": event(b'"x":"\\ud83d"'),
    "text beyond ASCII": event('"x":"größer 📦"'.encode()),
}
#: What no reader of JSON is bound to take: kept as dead letters.
LETTERS = {
    "too deep to be read": event(b'"x":' + b"[" * 5000 + b"]" * 5000),
    "a NUL": event(b'"x":"\x00"'),
    "no UTF-8": event(b'"x":"\xff"'),
    "half an emoji as UTF-8": event(b'"x":"\xed\xa0\xbd"'),
    "no number": event(b'"x":NaN'),
    "a number for an id": b'{"id":1,"type":"x"}',
    "null": b"null",
}


async def stored_and_letters(reader: TopicReader) -> tuple[list[bytes], list[bytes]]:
    """The elements on the topic for messages, and the originals of dead letters."""
    elements = [
        bytes(raw) for each in await reader.new(RAW["messaging"]) for raw in split(each.value)
    ]
    letters = [
        letter.original
        for each in await reader.new(DEAD_LETTERS)
        for letter in msgspec.json.decode(each.value, type=list[DeadLetter])
    ]
    return elements, letters


async def test_odd_elements_go_on_or_aside_each_alone(ingress: Sender, reader: TopicReader) -> None:
    sent = [*EVENTS.values(), *LETTERS.values()]
    neighbours = [message_event() for _ in range(len(sent) + 1)]
    body = neighbours[0] + b"".join(
        b",%b,%b" % pair for pair in zip(sent, neighbours[1:], strict=True)
    )
    assert (await ingress.post(b"[%b]" % body)).status == 200
    elements, letters = await stored_and_letters(reader)
    assert sorted(elements) == sorted([*map(mended, EVENTS.values()), *neighbours])
    assert sorted(letters) == sorted(LETTERS.values())


@pytest.mark.parametrize("name", [*EVENTS, *LETTERS])
async def test_an_odd_object_alone_is_no_error_either(
    ingress: Sender, reader: TopicReader, name: str
) -> None:
    body = {**EVENTS, **LETTERS}[name]
    if name == "null":
        body = b"[null]"
    assert (await ingress.post(body)).status == 200
    elements, letters = await stored_and_letters(reader)
    assert elements + letters == [mended({**EVENTS, **LETTERS}[name])]
    assert bool(letters) == (name in LETTERS)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        "application/json; charset=utf-16",
        "text/plain; charset=no-such-thing",
        "application/x-www-form-urlencoded",
        "",
    ],
)
async def test_the_content_type_changes_nothing(
    ingress: Sender, reader: TopicReader, content_type: str
) -> None:
    sent = message_event(text="größer")
    target = signed_target(sent)
    headers = {"X-Twilio-Signature": signature_of(target), "Content-Type": content_type}
    assert (await ingress.request("POST", target, sent, headers)).status == 200
    assert await stored_and_letters(reader) == ([sent], [])
