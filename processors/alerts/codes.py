"""Which error codes came lately, and where: what an alert names as its cause."""

from collections import Counter, defaultdict
from typing import Final

import msgspec

from pipeline.items.alert import TopCode
from pipeline.items.outcome import Outcome
from pipeline.twilio.error_classes import error_codes
from processors.alerts.ages import MINUTE_S
from processors.alerts.slices import Slice

_KEPT_MINUTES: Final = 24 * 60
_MOST_A_MINUTE: Final = 10_000
#: Dimensions an outcome tells; it knows neither carrier nor kind of sender.
_KNOWN: Final = ("product", "account_sid", "channel", "service_sid", "country")


class Codes:
    """Counts of error codes by minute and place, for a day."""

    def __init__(self) -> None:
        self._minutes: defaultdict[int, Counter[tuple[str, ...]]] = defaultdict(Counter)

    def count(self, outcome: Outcome) -> None:
        """Take an outcome in; one without an error code says nothing here."""
        minute = self._minutes[(outcome.sent_at or outcome.decided_at) // 1000 // MINUTE_S]
        place = tuple(getattr(outcome, name) for name in _KNOWN)
        key = (*place, str(outcome.error_code))
        if outcome.error_code and (key in minute or len(minute) < _MOST_A_MINUTE):
            minute[key] += 1

    def top(self, within: Slice, since: int, until: int, most: int = 5) -> list[TopCode]:
        """Give the most frequent codes of a slice between two minutes."""
        fixed = [(at, within.fixed().get(name)) for at, name in enumerate(_KNOWN)]
        found = Counter[int]()
        for minute in range(max(since, until - _KEPT_MINUTES), until + 1):
            for key, count in self._minutes.get(minute, {}).items():
                if all(value is None or key[at] == value for at, value in fixed):
                    found[int(key[-1])] += count
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return [_named(code, count) for code, count in ranked[:most]]

    def forget(self, minute: int) -> None:
        """Drop what is older than a day."""
        for old in [each for each in self._minutes if each < minute - _KEPT_MINUTES]:
            del self._minutes[old]

    def encode(self) -> bytes:
        """Write all counts, to be taken over by ``restore``."""
        return msgspec.msgpack.encode([(m, list(c.items())) for m, c in self._minutes.items()])

    def restore(self, body: bytes) -> None:
        """Take over what ``encode`` wrote."""
        for minute, counts in _decode(body):
            self._minutes[minute] = Counter(dict(counts))


_decode: Final = msgspec.msgpack.Decoder(list[tuple[int, list[tuple[tuple[str, ...], int]]]]).decode


def _named(code: int, count: int) -> TopCode:
    known = error_codes().get(code)
    name, error_class = (known.name, known.error_class) if known else ("", "other")
    return TopCode(code, name, error_class, count)
