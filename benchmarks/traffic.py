"""Message events for the benchmarks: about 630 bytes each, three to a message, made fast."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from zlib import crc32

import msgspec

from pipeline.records import join

STATUSES = ("queued", "sent", "delivered")
_DELAYS = {"queued": 0, "sent": 40, "delivered": 2_500}


def events(
    messages: int,
    start_ms: int,
    accounts: int = 20,
    statuses: tuple[str, ...] = STATUSES,
    seed: int = 1,
) -> Iterator[tuple[str, bytes]]:
    """Give (message SID, event) pairs; a message's events follow 0, 40 and 2,500 ms apart.

    Each account has five services, so there are five times as many slices.
    """
    source = random.Random(seed)  # noqa: S311  repeatable, not secret
    for number in range(messages):
        sid = f"SM{source.getrandbits(128):032x}"
        sent_at = start_ms + number // 20
        account, service, to = _parties(source, accounts)
        for status in statuses:
            delay = _DELAYS[status]
            event_id = f"EZ{source.getrandbits(128):032x}"
            yield sid, _event(event_id, (sid, account, service, to), status, sent_at + delay)


def records(messages: int, start_ms: int, partitions: int, size: int) -> list[tuple[int, bytes]]:
    """Pack the events into records of ``size``: (partition, value), in sending order."""
    waiting: list[list[bytes]] = [[] for _ in range(partitions)]
    full: list[tuple[int, bytes]] = []
    for sid, event in events(messages, start_ms):
        partition = crc32(sid.encode()) % partitions
        waiting[partition].append(event)
        if len(waiting[partition]) == size:
            full.append((partition, join(waiting[partition])))
            waiting[partition] = []
    full += [(partition, join(rest)) for partition, rest in enumerate(waiting) if rest]
    return full


def _parties(source: random.Random, accounts: int) -> tuple[str, str, str]:
    """Account, messaging service and recipient of one message."""
    account, service = f"AC{source.randrange(accounts):032x}", f"MG{source.randrange(5):032x}"
    return account, service, f"+4915{source.randrange(10**8):08}"


def _event(event_id: str, names: tuple[str, str, str, str], status: str, at: int) -> bytes:
    sid, account, service, to = names
    when = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
    time = when.replace("+00:00", "Z")
    kind = f"com.twilio.messaging.message.{status}"
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "type": kind,
            "source": f"/2010-04-01/Accounts/{account}/Messages/{sid}.json",
            "id": event_id,
            "dataschema": "https://events-schemas.twilio.com/Messaging.MessageStatus/7",
            "datacontenttype": "application/json",
            "time": time,
            "data": {
                "messageSid": sid,
                "timestamp": time,
                "accountSid": account,
                "eventName": kind,
                "apiVersion": "2010-04-01",
                "from": "+15550100001",
                "to": to,
                "messageStatus": status.upper(),
                "messagingServiceSid": service,
                "numberOfSegments": 1,
                "tags": {},
            },
        }
    )
