"""The figures plans are made from are those that are published."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.planning.figures import Figures
from pipeline.errors import ConfigurationError

DOCS = Path(__file__).parents[3] / "docs"
#: How docs/ says each figure.
PUBLISHED = {
    ("ingress", "cpu_us_per_event"): "116 µs alone",
    ("ingress", "cpu_us_per_event_50"): "7.6 µs among fifty",
    ("lifecycle", "cpu_us"): "8.4 µs of CPU an event",
    ("lifecycle", "cpu_us_500"): "7.7 µs of CPU an event",
    ("memory", "resident"): "354 bytes",
    ("sink", "cpu_us_per_row"): "21 µs of its own CPU a row",
    ("sink", "engine_rows"): "72,577 rows/s",
    ("detection", "upserts"): "61,000 a second and core",
    ("disk", "all_bytes"): "155.6 bytes an event",
    ("disk", "events_store.payload"): "payload 65.7",
}


@pytest.mark.parametrize("figure", PUBLISHED, ids="-".join)
def test_each_figure_is_the_published_one(figure: tuple[str, str]) -> None:
    said = PUBLISHED[figure]
    assert said in (DOCS / "performance.md").read_text("utf-8")
    number = said.replace(",", "").replace("payload ", "").split()[0]
    assert Figures.shipped().of(*figure) == float(number)


@pytest.mark.parametrize(
    ("benchmark", "name"),
    [
        ("ingress", "cpu_us_per_event"),
        ("ingress", "cpu_us_per_event_50"),
        ("lifecycle", "cpu_us"),
        ("lifecycle", "cpu_us_{size}"),
        ("memory", "resident"),
        ("sink", "cpu_us_per_row"),
        ("sink", "engine_rows"),
        ("fallback", "plans"),
    ],
)
def test_figures_are_named_as_the_benchmarks_name_them(benchmark: str, name: str) -> None:
    folder = DOCS.parent / "benchmarks"
    files = [*folder.glob(f"{benchmark}.py"), *folder.glob(f"{benchmark}/*.py")]
    assert any(f'"{name}"' in file.read_text("utf-8") for file in files)
    assert (benchmark, name.replace("{size}", "500")) in Figures.shipped().values


def test_a_post_costs_something_and_each_event_in_it() -> None:
    figures = Figures.shipped()
    assert figures.ingress_us(1) == pytest.approx(116)
    assert figures.ingress_us(50) == pytest.approx(7.6)
    assert figures.ingress_us(10) == pytest.approx(16.45, abs=0.01)


@pytest.mark.parametrize(
    ("size", "cost"), [(1, 63), (50, 8.4), (500, 7.7), (0.5, 63), (9_000, 7.7), (7.07, 23.0)]
)
def test_between_measured_sizes_of_records_the_curve_is_followed(size: float, cost: float) -> None:
    assert Figures.shipped().lifecycle_us(size) == pytest.approx(cost, rel=0.01)


def test_figures_of_ones_own_go_first(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(
        '{"benchmark":"sink","figures":{"cpu_us_per_row":13,"rows":9},"ratios":{"engine":0.5}}\n'
    )
    figures = Figures.shipped().measured_again(file)
    assert figures.of("sink", "cpu_us_per_row") == 13
    assert figures.of("memory", "resident") == 354


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    with pytest.raises(ConfigurationError, match=r"can't read .*: No such file"):
        Figures.shipped().measured_again(file)
    file.write_text("sink 13\n")
    with pytest.raises(ConfigurationError, match="not what `python -m benchmarks --json` prints"):
        Figures.shipped().measured_again(file)
