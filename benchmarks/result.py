"""What a benchmark reports: figures in natural units, and ratios to the yardstick they name."""

import os
import platform
from typing import Any

import msgspec


class Result(msgspec.Struct, frozen=True):
    """One run; ``figures`` are per second unless named otherwise, ratio keys name yardsticks."""

    benchmark: str
    figures: dict[str, float]
    ratios: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """Give the run with the machine it ran on, rounded to what is meaningful."""
        return {
            "benchmark": self.benchmark,
            "figures": {name: round(value, 1) for name, value in self.figures.items()},
            "ratios": {name: round(value, 3) for name, value in self.ratios.items()},
            "machine": machine(),
        }


def machine() -> dict[str, str | int]:
    """Describe the machine by what a ratio may depend on."""
    return {
        "cores": os.cpu_count() or 0,
        "memory_gib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30,
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }
