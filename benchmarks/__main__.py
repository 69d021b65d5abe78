"""``python -m benchmarks [NAME ...] [--json]``: run benchmarks and print the figures.

Example: python -m benchmarks lifecycle --json
"""

import argparse
from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks import (
    chaos,
    coalescing,
    console,
    fold,
    freshness,
    ingress,
    latency,
    lifecycle,
    memory,
    peers,
    recovery,
    scaling,
    sink,
    store_chaos,
)
from benchmarks.analysts import disk, views
from benchmarks.fallback import chaos as fallback_chaos
from benchmarks.fallback import figures as fallback
from benchmarks.result import Result, machine

BENCHMARKS: Final[dict[str, Callable[[], Result]]] = {
    "ingress": ingress.run,
    "fold": fold.run,
    "memory": memory.run,
    "lifecycle": lifecycle.run,
    "sink": sink.run,
    "freshness": freshness.run,
}
#: These only by name: they take minutes.
ASKED: Final[dict[str, Callable[[], Result]]] = {
    "chaos": chaos.run,
    "recovery": recovery.run,
    "peers": peers.run,
    "latency": latency.run,
    "scaling": scaling.run,
    "coalescing": coalescing.run,
    "console": console.run,
    "fallback": fallback.run,
    "fallback-chaos": fallback_chaos.run,
    "views": views.run,
    "disk": disk.run,
    "store-chaos": store_chaos.run,
}
#: From here on fractions say nothing.
_WHOLE: Final = 10


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"{', '.join(BENCHMARKS)} (all of these when none is named), {', '.join(ASKED)}",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--kills", type=int, default=chaos.KILLS, help="how many in chaos")
    arguments = parser.parse_args()
    runs = BENCHMARKS | ASKED | {"chaos": partial(chaos.run, arguments.kills)}
    unknown = set(arguments.names) - set(runs)
    if unknown:
        parser.error(f"no benchmark {min(unknown)}; there are: {', '.join(runs)}")
    for name in arguments.names or BENCHMARKS:
        result = runs[name]()
        if arguments.json:
            print(msgspec.json.encode(result.as_json()).decode(), flush=True)
        else:
            Console().print(_table(result))


def _table(result: Result) -> Table:
    text = ", ".join(f"{name} {value}" for name, value in machine().items())
    table = Table("figure", "value", title=result.benchmark, caption=text)
    table.columns[1].justify = "right"
    for name, value in result.figures.items():
        table.add_row(name, f"{value:,.0f}" if value >= _WHOLE else f"{value:.2f}")
    for name, value in result.ratios.items():
        table.add_row(f"ratio to {name}", f"{value:.3f}")
    return table


if __name__ == "__main__":
    main()
