"""What a detector that begins with days of old windows tells of them."""

from collections.abc import Iterator

import msgspec

from pipeline.items.alert import Alert


class Newcomer:
    """Keeps to itself what happened before ``since_s`` (epoch seconds), unless it goes on.

    A new installation learns from all windows that Kafka still has. Nobody wants to be woken for
    what was over days ago; but an incident that is open at ``since_s`` is told then.
    """

    def __init__(self, since_s: int = 0) -> None:
        self.since_s = since_s
        self._held: dict[str, Alert] = {}

    def alert(self, alert: Alert) -> Iterator[Alert]:
        """Give what is to be told now that ``alert`` is known."""
        yield from self.release(alert.at)
        if alert.at >= self.since_s:
            yield alert
        elif alert.state == "resolved":
            self._held.pop(alert.id, None)
        else:
            self._held[alert.id] = alert

    def release(self, now_s: int) -> Iterator[Alert]:
        """Give the incidents that were held back and are open still, once the time has come."""
        if self._held and now_s >= self.since_s:
            held, self._held = self._held, {}
            for alert in held.values():
                yield msgspec.structs.replace(alert, state="firing")

    def encode(self) -> bytes:
        """Write what is held, to be taken over by ``restore``."""
        return msgspec.msgpack.encode((self.since_s, list(self._held.values())))

    def restore(self, page: bytes) -> None:
        """Take over what ``encode`` wrote."""
        self.since_s, held = _decode(page)
        self._held = {alert.id: alert for alert in held}


_decode = msgspec.msgpack.Decoder(tuple[int, list[Alert]]).decode
