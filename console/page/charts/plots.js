// The three kinds of plot: a rate with its interval, a share as an area, counts as stacked bars.
import { percent, short } from "../say/number.js";

const { uPlot } = window;
const bars = uPlot.paths.bars({ size: [0.78, 36], align: 0 });
const NO_POINTS = { show: false };

// { low, high } may be missing where no interval is known. That of a bucket which has only begun is so
// wide that it would press all others flat: it does not count for the scale.
export function rate({ rate: values, low, high, whole }, colour) {
  const none = values.map(() => null);
  return {
    data: [high ?? none, low ?? none, values],
    series: [
      { stroke: "transparent", width: 0, points: NO_POINTS },
      { stroke: "transparent", width: 0, points: NO_POINTS },
      { stroke: colour("line"), width: 2, points: lonely(colour("line")) },
    ],
    bands: [{ series: [1, 2], fill: colour("line-band") }],
    range: rateRange([...values, ...(low ?? []).slice(0, whole)]),
    say: exact,
  };
}

export function area(values, colour, { top = 1, name = "unknown" } = {}) {
  return {
    data: [values],
    series: [
      { stroke: colour(name), width: 1.5, fill: colour(`${name}-fill`), points: lonely(colour(name)) },
    ],
    range: () => [0, top],
    say: (value) => percent(value, 0),
  };
}

// stack: [{ values, colour }] from the bottom up. Each is drawn over the sums above it.
export function stacked(stack, colour) {
  const sums = [];
  for (const { values } of stack) {
    const below = sums.at(-1);
    sums.push(values.map((value, i) => (value == null ? null : value + (below?.[i] ?? 0))));
  }
  return {
    data: sums.reverse(),
    series: [...stack].reverse().map(({ colour: name }) => ({
      stroke: "transparent",
      width: 0,
      fill: colour(name),
      paths: bars,
      points: NO_POINTS,
    })),
    range: (_, __, most) => [0, Math.max(1, (most ?? 1) * 1.08)],
    say: (value) => (Number.isInteger(value) ? short(value) : ""),
  };
}

// With a digit behind the point where the steps of the axis need one.
function exact(value, splits) {
  const whole = splits.every((split) => Math.abs(split * 100 - Math.round(split * 100)) < 1e-6);
  return percent(value, whole ? 0 : 1);
}

// Rates live near 100 %: the scale begins below the lowest seen, and says so on its axis.
function rateRange(values) {
  const known = values.filter((value) => value != null);
  const least = known.length ? Math.min(...known) : 0;
  return () => [Math.max(0, Math.min(0.9, Math.floor(least * 20 - 0.2) / 20)), 1];
}

// A value between two gaps is no line; without a point it would not be seen.
function lonely(colour) {
  const alone = (plot, index) => {
    const values = plot.data[index];
    const known = (i) => values[i] != null;
    return [...values.keys()].filter((i) => known(i) && !known(i - 1) && !known(i + 1));
  };
  return { show: true, size: 5, fill: colour, stroke: colour, filter: alone };
}
