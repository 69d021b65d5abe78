"""What is announced of a delivery: that it came to grief, and that it arrived after all.

Each kind once. It is judged when it is written, not event by event: what failed and was then
delivered within one flush is not worth waking anybody for.
"""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from pipeline.items.outcome import Kind, Outcome
from processors.lifecycle.deliveries import Deliveries
from processors.lifecycle.delivery import Delivery
from processors.lifecycle.placement import BUSY, NO_ANSWER, Product, class_of
from processors.lifecycle.status import DELIVERED, FAILED, UNDELIVERED

_BITS: Final[dict[Kind, int]] = {"failed": 1, "undelivered": 2, "silent": 4, "recovered": 8}
_KINDS: Final[dict[int, Kind]] = {FAILED: "failed", UNDELIVERED: "undelivered"}
_NOT_TWILIOS: Final = frozenset({BUSY, NO_ANSWER})
_tags: Final = msgspec.json.Decoder(dict[str, str]).decode


class Source(msgspec.Struct, frozen=True):
    """Where the fold's records come from, and how far it has read."""

    product: Product
    topic: str
    partition: int
    offset: int = -1

    def at(self, offset: int) -> "Source":
        """The same, read up to ``offset``."""
        return Source(self.product, self.topic, self.partition, offset)


def announce(
    deliveries: Deliveries, source: Source, status_of: Callable[[str], str]
) -> Iterator[Outcome]:
    """Give what is new to tell and remember that it was told.

    ``status_of`` gives what a verification has come to.
    """
    for delivery in deliveries.take_notable():
        kind = _kind(delivery, silent=deliveries.is_silent(delivery))
        if kind is None or delivery.told & _BITS[kind]:
            continue
        delivery.told |= _BITS[kind]
        deliveries.changed.add(delivery.sid)
        decided = deliveries.deadline(delivery) if kind == "silent" else delivery.finished_at
        yield _outcome(delivery, kind, decided, source, status_of(delivery.verification_sid))


def _kind(delivery: Delivery, *, silent: bool) -> Kind | None:
    if delivery.outcome == DELIVERED:
        return "recovered" if delivery.told else None
    return "silent" if silent else _KINDS.get(delivery.outcome)


def _outcome(
    delivery: Delivery, kind: Kind, decided_at: int, source: Source, status: str
) -> Outcome:
    dims, recovered = delivery.dims, kind == "recovered"
    code = 0 if recovered or delivery.code in _NOT_TWILIOS else delivery.code
    return Outcome(
        id=f"{source.product}:{delivery.sid}:{kind}",
        kind=kind,
        product=source.product,
        subject_sid=delivery.sid,
        account_sid=dims.account_sid,
        service_sid=dims.service_sid,
        verification_sid=delivery.verification_sid,
        verification_status=status,
        channel=dims.channel,
        country=dims.country,
        error_code=code,
        error_class="" if recovered else class_of(delivery.code),
        to=delivery.recipient,
        sent_at=delivery.sent_at,
        decided_at=decided_at,
        has_fallback=delivery.has_fallback,
        tags=_tags(delivery.tags) if delivery.tags else {},
        source_topic=source.topic,
        source_partition=source.partition,
        source_offset=source.offset,
    )
