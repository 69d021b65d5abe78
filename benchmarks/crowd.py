"""Very many messages in little time: all there is to know of one follows from its number.

Each is queued, sent and then delivered, but every hundredth fails. The events have what the fold
reads and little more.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zlib import crc32

import msgspec

from pipeline.records import join

STAGES: Final = 3
QUEUED: Final = 0
SENT: Final = 1
FAILURE: Final = 30008
_FAIL_EVERY: Final = 100
_ACCOUNTS: Final = 20
_SERVICES: Final = 5
_BEGUN_A_MS: Final = 20
_DELAYS_MS: Final = (0, 40, 2_500)
#: Large, for what is measured begins when all of them are folded.
_RECORD: Final = 500


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message of the crowd that began to be sent at an epoch ms."""

    number: int
    start_ms: int

    @property
    def sid(self) -> str:
        """Its SID."""
        return f"SM{self.number:032x}"

    @property
    def account(self) -> str:
        """Whose it is."""
        return f"AC{self.number % _ACCOUNTS:032x}"

    @property
    def service(self) -> str:
        """Its messaging service."""
        return f"MG{self.number // _ACCOUNTS % _SERVICES:032x}"

    @property
    def fails(self) -> bool:
        """Whether its end is a failure."""
        return self.number % _FAIL_EVERY == 0

    def time(self, stage: int) -> int:
        """When it came to a stage, in epoch ms."""
        return self.start_ms + self.number // _BEGUN_A_MS + _DELAYS_MS[stage]

    def event(self, stage: int) -> bytes:
        """What Twilio says then."""
        status = ("queued", "sent", "failed" if self.fails else "delivered")[stage]
        code = f',"errorCode":{FAILURE}' if status == "failed" else ""
        return (
            f'{{"type":"com.twilio.messaging.message.{status}","id":"EZ{stage}{self.number:031x}",'
            f'"time":"{_text(self.time(stage))}","data":{{"messageSid":"{self.sid}",'
            f'"accountSid":"{self.account}","from":"+15550100001",'
            f'"to":"+4915{self.number % 10**8:08}","messagingServiceSid":"{self.service}"{code}}}}}'
        ).encode()


def crowd(messages: int, start_ms: int) -> Iterator[Message]:
    """Give them in the order in which they begin."""
    return (Message(number, start_ms) for number in range(messages))


def place_of(sid: str, partitions: int) -> int:
    """The partition of a message."""
    return crc32(sid.encode()) % partitions


def records(
    messages: int, start_ms: int, stage: int, partitions: int
) -> Iterator[tuple[int, bytes]]:
    """Give what is said of all of them at one stage, as (partition, value)."""
    waiting: list[list[bytes]] = [[] for _ in range(partitions)]
    for message in crowd(messages, start_ms):
        place = place_of(message.sid, partitions)
        waiting[place].append(message.event(stage))
        if len(waiting[place]) == _RECORD:
            yield place, join(waiting[place])
            waiting[place] = []
    yield from ((place, join(rest)) for place, rest in enumerate(waiting) if rest)


@lru_cache(maxsize=4_096)
def _text(at_ms: int) -> str:
    when = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return when.replace("+00:00", "Z")
