"""The news of every two seconds, made once for all pages."""

import time
from collections import deque
from typing import Final

import msgspec

from console.cache import Cache
from console.health.health import freshness_s
from console.health.watcher import Watcher
from console.question import Question
from console.rates import rated, summed
from console.span import Span
from console.views import Answer
from console.views.delivery import of_messages
from console.warehouse import Ask, Row, together

_MINUTE_S: Final = 60
_SHOWN_S: Final = 900
_FRESH_S: Final = 1.0
_DAY_S: Final = 86_400
_EVENTS: Final = "twilio_ingest_events_total"
#: Over so many looks the rate of events is taken.
_LOOKS: Final = 4


class News:
    """What has changed for whoever watches."""

    def __init__(self, ask: Ask, watcher: Watcher) -> None:
        self._ask = ask
        self._watcher = watcher
        self._cache = Cache[list[Row]](time.monotonic, _FRESH_S)
        self._counts = deque[tuple[float, float]](maxlen=_LOOKS)

    async def tick(self) -> bytes:
        """The news as JSON; raises PipelineError when ClickHouse can't tell."""
        now = int(time.time())
        minute = now // _MINUTE_S * _MINUTE_S
        span = Span(minute + _MINUTE_S - _SHOWN_S, minute + _MINUTE_S, _MINUTE_S)
        recent = of_messages(Question(span)).parameters()
        day = Question(Span(now - _DAY_S, now + 1, _MINUTE_S)).parameters()
        rows, alerts, fallbacks = await together(
            self._ask_unless_dear("delivery", **recent),
            self._ask_unless_dear("firing"),
            self._ask_unless_dear("fallback_totals", **day),
        )
        current = [row for row in rows if row["t"] == minute]
        news: Answer = {
            "now": now,
            "delivery": {"total": rated(summed(rows)), "minute": rated(summed(current))},
            "firing": alerts[0]["firing"],
            "newest_alert": alerts[0]["newest"] or None,
            "fallbacks": fallbacks[0],
            "lag": self._watcher.backlog.most(),
            "freshness_s": freshness_s(self._watcher),
            "events_per_s": self._events_per_s(),
        }
        return msgspec.json.encode(news)

    async def _ask_unless_dear(self, name: str, /, **parameters: object) -> list[Row]:
        """What took long is asked again only after a while."""
        return await self._cache.get(name, lambda: self._ask(name, **parameters))

    def _events_per_s(self) -> float | None:
        """Events that the ingress has acknowledged, over the last looks at it."""
        parts = self._watcher.parts
        count = parts.figure("ingest", _EVENTS)
        if count is None:
            self._counts.clear()
            return None
        if not self._counts or self._counts[-1][0] != parts.looked_at:
            self._counts.append((parts.looked_at, count))
        begun, before = self._counts[0]
        passed = parts.looked_at - begun
        return round(max(count - before, 0.0) / passed, 1) if passed > 0 else None
