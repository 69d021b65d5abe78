// A rate with its interval and what it was before, small enough for a row.
import { percent } from "../say/number.js";
import { html } from "./html.js";

const WIDTH = 96;

// The left edge is `floor`, the same for all rows of a table, so that they compare.
export function Whisker({ rate, low, high, before, floor }) {
  if (rate == null) return html`<span class="muted">–</span>`;
  const at = (value) => Math.max(0, ((value - floor) / (1 - floor)) * (WIDTH - 4)) + 2;
  const was = before == null ? "" : `, before ${percent(before)}`;
  return html`<svg class="whisker" viewBox="0 0 ${WIDTH} 14" role="img"
      aria-label="between ${percent(low)} and ${percent(high)}${was}">
    <line class="base" x1="0" x2=${WIDTH} y1="7" y2="7" />
    ${before != null && html`<line class="before" x1=${at(before)} x2=${at(before)} y1="1" y2="13" />`}
    <rect class="span" x=${at(low)} width=${Math.max(1, at(high) - at(low))} y="4" height="6" rx="2" />
    <circle class="rate" cx=${at(rate)} cy="7" r="3" />
  </svg>`;
}

export function floorOf(rows) {
  const seen = rows.flatMap((row) => [row.low, row.before_rate]).filter((value) => value != null);
  return Math.max(0, Math.min(0.9, ...seen.map((value) => Math.floor(value * 10) / 10)));
}
