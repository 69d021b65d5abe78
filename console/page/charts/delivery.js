// Delivery over time: the rate with its interval, what has no outcome yet, and what was sent.
import { range, span } from "../app/range.js";
import { here } from "../app/route.js";
import { now } from "../app/loader.js";
import { go } from "../app/visit.js";
import { html } from "../parts/html.js";
import { count, interval, percent, share } from "../say/number.js";
import { took } from "../say/time.js";
import { Charts } from "./charts.js";
import { each, newest, onGrid } from "./grid.js";
import { area, rate, stacked } from "./plots.js";

const COUNTS = ["sent", "delivered", "undelivered", "failed", "canceled", "unknown"];
const SHAPES = ["rate", "low", "high", "p50_ms", "p95_ms"];

export function DeliveryCharts({ state, answer, marks = [], heights = [220, 56, 110] }) {
  const within = span(range(state.route), now());
  const seen = onGrid(answer, [...COUNTS, ...SHAPES], within);
  const { total } = answer;
  return html`<${Charts} key=${looks(state)} title="Delivery rate, messages without an outcome, messages sent"
    summary=${`${count(total.sent)} sent, ${percent(total.rate)} of those with an outcome delivered, ${percent(share(total.unknown, total.sent))} without an outcome yet.`}
    ...${{ ...seen, ...within, marks }} latest=${newest(seen.sent, seen, within.to)}
    plots=${(colour) => plots(seen, colour, heights)} columns=${columns(seen)}
    onZoom=${(from, to) => go(here(state.route, { from, to, range: null }))} />`;
}

// A chart is drawn anew when colours or clocks change.
export function looks({ scheme, prefs }) {
  return `${scheme}${prefs.zone}`;
}

function plots(seen, colour, [tall, low, middle]) {
  const pending = seen.sent.map((sent, i) => share(seen.unknown[i], sent));
  const stack = ["delivered", "undelivered", "failed", "canceled", "unknown"];
  return [
    { name: "Delivered, of those with an outcome", height: tall, ...rate(seen, colour) },
    { name: "No outcome yet, of those sent", height: low, ...area(pending, colour) },
    {
      name: `Sent per ${each(seen.step)}`,
      height: middle,
      ...stacked(
        stack.map((name) => ({ values: seen[name], colour: name })),
        colour,
      ),
    },
  ];
}

function columns(seen) {
  const number = (name) => (i) => count(seen[name][i]);
  return [
    { name: "Delivered of known", swatch: "line", say: (i) => percent(seen.rate[i]) },
    { name: "95 % interval", swatch: "line-band", say: (i) => interval(seen.low[i], seen.high[i]) },
    {
      name: "No outcome yet",
      swatch: "unknown",
      say: (i) => percent(share(seen.unknown[i], seen.sent[i])),
    },
    { name: "Sent", say: number("sent") },
    { name: "Delivered", swatch: "delivered", say: number("delivered") },
    { name: "Undelivered", swatch: "undelivered", say: number("undelivered") },
    { name: "Failed", swatch: "failed", say: number("failed") },
    { name: "Median time", say: (i) => took(seen.p50_ms[i]) },
  ];
}
