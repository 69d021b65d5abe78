"""Events as Twilio sends them, folds to put them in, and what comes out in comparable form."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.outcome import Outcome
from pipeline.items.window_cell import WindowCell
from pipeline.records import join
from pipeline.topics import FUNNEL, OUTCOMES, RAW, WINDOWS
from processors.lifecycle.fold import LifecycleFold
from processors.lifecycle.folds import make_fold
from processors.lifecycle.rules import Rules
from processors.runtime.fold import Item, SourceRecord
from processors.runtime.partition import PartitionState

START = 1_760_000_040_000  # the start of a minute
MINUTE = 60_000
HORIZON = 60 * MINUTE
SILENCE = 5 * MINUTE
RULES = Rules(
    horizon_ms=HORIZON,
    silence_ms={"sms": SILENCE, "email": 0, "voice": SILENCE, "other": 2 * SILENCE},
    verify_silence_ms={"sms": MINUTE, "email": 0, "other": 2 * MINUTE},
    lifetime_ms=10 * MINUTE,
    cells=50,
)
#: For properties whose examples take long on a busy machine.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Counting:
    """An observer that remembers what it heard."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        self.types = Counter[str]()

    def folded(self, events: int) -> None:
        self.counts["folded"] += events

    def ignored(self, reason: str, events: int = 1) -> None:
        self.counts[reason] += events

    def noted(self, what: str) -> None:
        self.counts[what] += 1

    def unused(self, event_type: str) -> None:
        self.types[event_type] += 1

    def capped(self) -> None:
        self.counts["capped"] += 1

    def told(self, product: str, kind: str) -> None:
        self.counts[f"{product} {kind}"] += 1


def new_fold(
    product: str = "messaging", watch: Counting | None = None, rules: Rules = RULES
) -> LifecycleFold:
    topics: Mapping[str, str] = {str(name): topic for name, topic in RAW.items()}
    return make_fold(topics[product], 3, rules, watch or Counting())


def new_state(fold: LifecycleFold) -> PartitionState:
    return PartitionState("twilio.messaging", 3, fold, 1)


def record(offset: int, *elements: bytes, received: int = 0) -> SourceRecord:
    """``received`` in ms after START."""
    return SourceRecord(offset, START + received, join(elements))


def iso(at: int) -> str:
    """``at`` in ms after START, as Twilio writes times."""
    moment = datetime.fromtimestamp((START + at) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(event_type: str, at: int, data: dict[str, Any]) -> bytes:
    name = f"EZ{event_type}{at}{sorted(data)}"
    return msgspec.json.encode({"id": name, "type": event_type, "time": iso(at), "data": data})


def message(sid: int, status: str, at: int, code: int = 0, **more: object) -> bytes:
    data = {
        "messageSid": f"SM{sid}",
        "accountSid": f"AC{sid % 2}",
        "to": "+15550100002" if sid % 3 else "whatsapp:+4915112345678",
        "from": "+15550100001",
    }
    optional = {"messagingServiceSid": "MG1"} if sid % 2 else {}
    error = {"errorCode": code} if code else {}
    return event(
        f"com.twilio.messaging.message.{status}", at, {**data, **optional, **error, **more}
    )


def attempt(sid: int, status: str, at: int, code: int = 0, **more: object) -> bytes:
    """Attempt ``sid`` is one of verification ``sid // 2``."""
    data = {
        "account_sid": "AC1",
        "service_sid": "VA1",
        "verification_sid": f"VE{sid // 2}",
        "attempt_sid": f"VL{sid}",
        "channel": "SMS" if sid % 2 == 0 else "WHATSAPP",
        "error_code": str(code) if code else "",
        "to": "+15550100002",
    }
    kind = f"com.twilio.accountsecurity.verify.message.{status}"
    return event(kind, at, {**data, **more})


def verification(sid: int, status: str, at: int, started: int, **more: object) -> bytes:
    data = {
        "account_sid": "AC1",
        "service_sid": "VA1",
        "verification_sid": f"VE{sid}",
        "created_at": iso(started),
        "to": "+15550100002",
        "country": "US",
    }
    kind = f"com.twilio.accountsecurity.verify.verification.{status}"
    return event(kind, at, {**data, **more})


def call(sid: int, step: str, at: int, status: str = "", **parameters: str) -> bytes:
    fields = {
        "CallSid": f"CA{sid}",
        "AccountSid": "AC1",
        "To": "+15550100002",
        "From": "+15550100001",
        "Direction": "outbound-api",
        **({"CallStatus": status} if status else {}),
        **parameters,
    }
    data = {"sid": f"CA{sid}", "request": {"method": "POST", "parameters": fields}}
    return event(f"com.twilio.voice.status-callback.call.{step}", at, data)


def windows(items: Iterable[Item]) -> list[WindowCell]:
    return [_read(item, WindowCell) for item in items if item.topic == WINDOWS]


def funnel(items: Iterable[Item]) -> list[FunnelCell]:
    return [_read(item, FunnelCell) for item in items if item.topic == FUNNEL]


def outcomes(items: Iterable[Item]) -> list[Outcome]:
    return [_read(item, Outcome) for item in items if item.topic == OUTCOMES]


def _read(item: Item, kind: type[Any]) -> Any:  # noqa: ANN401  of that kind
    return msgspec.json.decode(item.value, type=kind)


def told(fold: LifecycleFold) -> list[tuple[str, str]]:
    """What is announced now, as (kind, subject); the fold then goes on as after a flush."""
    found: list[tuple[str, str]] = [
        (each.kind, each.subject_sid) for each in outcomes(fold.announcements())
    ]
    fold.encode(())
    return found
