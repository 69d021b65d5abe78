"""Where verified events, dead letters and quarantined requests are filed, and acknowledged."""

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.coalescer import Coalescer
from ingest.deadlines import Deadlines
from ingest.delivery import Delivery
from ingest.routing import Route, route, route_if_text
from pipeline.items.dead_letter import DeadLetter
from pipeline.items.quarantined import Quarantined
from pipeline.metrics import (
    INGEST_ACK_SECONDS,
    INGEST_DEAD_LETTERS,
    INGEST_EVENTS,
    INGEST_QUARANTINED,
)
from pipeline.topics import DEAD_LETTERS, QUARANTINE, RAW
from pipeline.twilio.catalogue import PRODUCTS, Product
from pipeline.twilio.envelope import NotAnEventError

if TYPE_CHECKING:
    from opentelemetry.trace import Span

_COUNT_EVENTS: Final = {product: INGEST_EVENTS.labels(product).inc for product in PRODUCTS}
_observe_ack: Final = INGEST_ACK_SECONDS.observe
_encode: Final = msgspec.json.Encoder().encode


class Desk:
    """Files what a request holds and returns when Kafka has acknowledged all of it."""

    def __init__(
        self, coalescer: Coalescer, ack_timeout_s: float, now_ms: Callable[[], int]
    ) -> None:
        self._coalescer = coalescer
        self._deadlines = Deadlines(ack_timeout_s)
        self._now_ms = now_ms

    async def accept(
        self,
        elements: Iterable[bytes],
        trace: bytes = b"",
        span: "Span | None" = None,
        *,
        is_text: bool = True,
    ) -> None:
        """File every event by product and subject, and what is no event as a dead letter.

        ``is_text`` unless some element is not UTF-8.
        UnavailableError (LateError when time is up) when Kafka did not acknowledge all.
        """
        delivery = Delivery(trace, span)
        products: list[Product] = []
        find = route if is_text else route_if_text
        self._coalescer.add_all(self._filed(elements, find, products, delivery), delivery)
        begun = perf_counter()
        await delivery.wait(self._deadlines)
        _observe_ack(perf_counter() - begun)
        for product in set(products):
            _COUNT_EVENTS[product](products.count(product))

    def _filed(
        self,
        elements: Iterable[bytes],
        find: Callable[[bytes], Route],
        products: list[Product],
        delivery: Delivery,
    ) -> Iterator[tuple[str, str, bytes]]:
        """Where each event goes; ``products`` are counted once they are safe."""
        for element in elements:
            try:
                product, subject = find(element)
            except NotAnEventError as error:
                self._dead_letter(element, str(error), delivery)
                continue
            products.append(product)
            yield RAW[product], subject, element

    async def quarantine(self, item: Quarantined) -> None:
        """Keep an unverified request; UnavailableError as for ``accept``."""
        delivery = Delivery()
        self._coalescer.add(QUARANTINE, item.target, _encode(item), delivery)
        await delivery.wait(self._deadlines)
        INGEST_QUARANTINED.inc()

    def _dead_letter(self, element: bytes, detail: str, delivery: Delivery) -> None:
        letter = DeadLetter(
            reason="not_an_event",
            detail=detail,
            source="ingest",
            received_at=self._now_ms(),
            original=bytes(element),
        )
        self._coalescer.add(DEAD_LETTERS, "", _encode(letter), delivery)
        INGEST_DEAD_LETTERS.inc()
