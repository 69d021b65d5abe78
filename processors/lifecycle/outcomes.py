"""What is announced: that a delivery came to grief, that it arrived after all, and how it ended.

Each kind once. It is judged when it is written, not event by event: what failed and was then
delivered within one flush is not worth waking anybody for.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from pipeline.items.outcome import Kind, Outcome
from processors.lifecycle.deliveries import Deliveries
from processors.lifecycle.delivery import Delivery
from processors.lifecycle.placement import BUSY, NO_ANSWER, Product, class_of
from processors.lifecycle.status import DELIVERED, FAILED, UNDELIVERED
from processors.lifecycle.verify.verification import NAMES, Verification
from processors.lifecycle.verify.verifications import Verifications

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


class _News(msgspec.Struct, frozen=True):
    """Of what kind, when it came about and when that was heard, in epoch ms."""

    kind: Kind
    decided_at: int
    received_at: int


def announce(
    deliveries: Deliveries, verifications: Verifications, source: Source
) -> Iterator[Outcome]:
    """Give what is new to tell and remember that it was told.

    The end of a verification comes behind the outcomes of its attempts, also where it came first.
    """
    for delivery, heard_at in deliveries.take_notable():
        news = _news(deliveries, delivery, heard_at)
        if news is None or delivery.told & _BITS[news.kind]:
            continue
        delivery.told |= _BITS[news.kind]
        deliveries.changed.add(delivery.sid)
        verification = verifications.get(delivery.verification_sid)
        if verification:
            verifications.told_of(verification, heard_at)
        yield _outcome(delivery, news, verification, source)
    for verification, heard_at in verifications.take_notable():
        news = _News("ended", verifications.ended_at(verification), heard_at)
        yield _ended(verification, news, source)


def _news(deliveries: Deliveries, delivery: Delivery, heard_at: int) -> _News | None:
    if deliveries.is_silent(delivery):
        return _News("silent", deliveries.deadline(delivery), heard_at)
    recovered: Kind | None = "recovered" if delivery.told else None
    kind = recovered if delivery.outcome == DELIVERED else _KINDS.get(delivery.outcome)
    return _News(kind, delivery.finished_at, heard_at) if kind else None


def _outcome(
    delivery: Delivery, news: _News, verification: Verification | None, source: Source
) -> Outcome:
    dims, recovered = delivery.dims, news.kind == "recovered"
    code = 0 if recovered or delivery.code in _NOT_TWILIOS else delivery.code
    started_at = verification.started_at if verification else 0
    return Outcome(
        id=f"{source.product}:{delivery.sid}:{news.kind}",
        kind=news.kind,
        product=source.product,
        subject_sid=delivery.sid,
        account_sid=dims.account_sid,
        service_sid=dims.service_sid,
        verification_sid=delivery.verification_sid,
        verification_status=NAMES[verification.state] if verification and started_at else "",
        verification_started_at=started_at,
        channel=dims.channel,
        country=dims.country,
        error_code=code,
        error_class="" if recovered else class_of(delivery.code),
        to=delivery.recipient,
        sent_at=delivery.sent_at,
        decided_at=news.decided_at,
        received_at=news.received_at,
        has_fallback=delivery.has_fallback,
        tags=_tags(delivery.tags) if delivery.tags else {},
        source_topic=source.topic,
        source_partition=source.partition,
        source_offset=source.offset,
    )


def _ended(verification: Verification, news: _News, source: Source) -> Outcome:
    dims, status = verification.first, NAMES[verification.state]
    return Outcome(
        id=f"{source.product}:{verification.sid}:ended:{status}",
        kind=news.kind,
        product=source.product,
        subject_sid=verification.sid,
        account_sid=dims.account_sid,
        service_sid=dims.service_sid,
        verification_sid=verification.sid,
        verification_status=status,
        verification_started_at=verification.started_at,
        channel=dims.channel,
        country=dims.country,
        error_code=0,
        error_class="",
        to="",
        sent_at=0,
        decided_at=news.decided_at,
        received_at=news.received_at,
        has_fallback=False,
        tags={},
        source_topic=source.topic,
        source_partition=source.partition,
        source_offset=source.offset,
    )
