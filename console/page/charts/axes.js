// Axes that line up over several plots, with the reader's time.
import { clock, day } from "../say/time.js";
import { state } from "../app/store.js";

const FONT = "12px Inter, system-ui, sans-serif";
const DAY = 86_400;

export function axes({ say, height }, { last, narrow }, colour) {
  const look = { stroke: colour("muted"), font: FONT, ticks: { show: false } };
  const grid = { stroke: colour("grid"), width: 1 };
  return [
    {
      ...look,
      grid,
      show: true,
      size: last ? 28 : 4,
      gap: 6,
      space: 64,
      values: last ? times : () => [],
    },
    {
      ...look,
      grid,
      size: narrow ? 46 : 56,
      gap: 6,
      space: height < 100 ? 30 : 34,
      values: (_, splits) => splits.map((value) => say(value, splits)),
    },
  ];
}

export function zoned(seconds) {
  const date = new Date(seconds * 1000);
  return state.prefs.zone === "utc" ? window.uPlot.tzDate(date, "Etc/UTC") : date;
}

// Midnights and long steps show the day, everything else the clock.
function times(_, splits, __, ___, step) {
  return splits.map((at) => (step >= DAY || clock(at) === "00:00" ? day(at) : clock(at)));
}
