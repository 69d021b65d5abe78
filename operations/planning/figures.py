"""The measured figures that plans are made from, as ``python -m benchmarks --json`` prints them."""

from importlib.resources import files
from itertools import pairwise
from math import exp, log
from pathlib import Path
from typing import Final, Self

import msgspec

from pipeline.errors import ConfigurationError

#: What the benchmarks of the lifecycle processor are named by: events in a record.
_RECORD_SIZES: Final = {1: "cpu_us_1", 50: "cpu_us", 500: "cpu_us_500"}
_LARGE_POST: Final = 50


class _Line(msgspec.Struct, frozen=True):
    benchmark: str
    figures: dict[str, float]


class Figures(msgspec.Struct, frozen=True):
    """Figures by benchmark and name."""

    values: dict[tuple[str, str], float]

    @classmethod
    def shipped(cls) -> Self:
        """Those of docs/performance.md."""
        return cls(_read(files(__package__).joinpath("measured.jsonl").read_bytes()))

    def measured_again(self, file: Path) -> Self:
        """These, with those of a file instead where it has them; ConfigurationError if it can't."""
        try:
            return type(self)(self.values | _read(file.read_bytes()))
        except OSError as error:
            raise ConfigurationError(f"can't read {file}: {error.strerror}") from None
        except msgspec.DecodeError as error:
            raise ConfigurationError(
                f"{file} is not what `python -m benchmarks --json` prints: {error}"
            ) from None

    def of(self, benchmark: str, name: str) -> float:
        """One figure, in the benchmark's own unit."""
        return self.values[benchmark, name]

    def ingress_us(self, events_per_post: float) -> float:
        """CPU of the ingress, in µs an event: a share of its post's, and its own."""
        alone = self.of("ingress", "cpu_us_per_event")
        post = _LARGE_POST * self.of("ingress", "cpu_us_per_event_50")
        own = (post - alone) / (_LARGE_POST - 1)
        return (alone - own) / events_per_post + own

    def lifecycle_us(self, events_per_record: float) -> float:
        """CPU of the lifecycle processor, in µs an event, between the measured sizes of records."""
        points = [(size, self.of("lifecycle", name)) for size, name in _RECORD_SIZES.items()]
        size = min(max(events_per_record, points[0][0]), points[-1][0])
        low, high = next(pair for pair in pairwise(points) if size <= pair[1][0])
        share = log(size / low[0]) / log(high[0] / low[0])
        return exp(log(low[1]) + share * log(high[1] / low[1]))


def _read(text: bytes) -> dict[tuple[str, str], float]:
    lines = msgspec.json.Decoder(_Line).decode_lines(text)
    return {(line.benchmark, name): value for line in lines for name, value in line.figures.items()}
