"""``python -m benchmarks.detection months|pairs|yardstick|capacity``: measure detection.

``months`` appends one JSON line a seed to a file and skips the seeds that are there already, so
it can be stopped and started again; it prints the table of all that is there.

Example: python -m benchmarks.detection months --seeds 10 --out months.ndjson
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.detection.capacity import memory_mb, speed
from benchmarks.detection.month import run
from benchmarks.detection.pairs import run_pairs
from benchmarks.detection.report import Row, report, report_incidents
from benchmarks.detection.yardstick import table
from processors.alerts.settings import Tuning

_PAIRS: Final = 40


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description=__doc__)
    parser.add_argument("what", choices=("months", "pairs", "yardstick", "capacity"))
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first one's number")
    parser.add_argument("--slices", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--out", type=Path, default=Path("months.ndjson"))
    arguments = parser.parse_args()
    if arguments.what == "yardstick":
        print("\n".join(table()))
    elif arguments.what == "pairs":
        rows = run_pairs(arguments.first, arguments.slices, _PAIRS, Tuning())
        print("\n".join(report_incidents(rows)))
    elif arguments.what == "capacity":
        _capacity()
    else:
        seeds = range(arguments.first, arguments.first + arguments.seeds)
        _months(seeds, arguments.slices, arguments.days, arguments.out)


def _capacity() -> None:
    megabytes, slices = memory_mb()
    print(f"{slices:,} live slices: {megabytes:.0f} MB")
    upserts, written = speed()
    print(f"{upserts:,.0f} upserts of cells a second and core, state rows included")
    print(f"{written / 1e3:,.0f} kB of state rows a minute for 1,000 finest slices")


def _months(seeds: Sequence[int], slices: int, days: int, out: Path) -> None:
    done = _read(out)
    for seed in seeds:
        if not any(row["seed"] == seed for row in done):
            row = {**run(seed, slices, days, Tuning()), "slices": slices}
            with out.open("ab") as file:
                file.write(msgspec.json.encode(row) + b"\n")
            done.append(row)
            print(f"seed {seed}: {len(row['false_pages'])} false pages", flush=True)
    print("\n".join(report(done)))


def _read(out: Path) -> list[Row]:
    if not out.exists():
        return []
    return [msgspec.json.decode(line) for line in out.read_bytes().splitlines()]


if __name__ == "__main__":
    main()
