// A rate and counts over time, for what is not about delivery.
import { now } from "../app/loader.js";
import { range, span } from "../app/range.js";
import { here } from "../app/route.js";
import { go } from "../app/visit.js";
import { html } from "../parts/html.js";
import { count, percent } from "../say/number.js";
import { Charts } from "./charts.js";
import { looks } from "./delivery.js";
import { each, newest, onGrid } from "./grid.js";
import { rate, stacked } from "./plots.js";

// `share`: { key, name } of a rate, if there is one. `stack`: [{ key, name, colour }], bottom first.
// `also`: further lists that are read out, not drawn.
export function SimpleCharts({ state, answer, title, summary, share, stack, counted, also = [] }) {
  const within = span(range(state.route), now());
  const keys = [...stack, ...also, ...(share ? [share] : [])].map(({ key }) => key);
  const seen = onGrid(answer, keys, within);
  const plots = (colour) => [
    ...(share ? [{ name: share.name, height: 180, ...rate({ rate: seen[share.key] }, colour) }] : []),
    {
      name: `${counted} per ${each(seen.step)}`,
      height: share ? 110 : 200,
      ...stacked(
        stack.map((one) => ({ values: seen[one.key], colour: one.colour })),
        colour,
      ),
    },
  ];
  return html`<${Charts} key=${looks(state)} ...${{ ...seen, ...within, title, summary, plots }}
    latest=${newest(seen[stack[0].key], seen, within.to)} columns=${columns(seen, { share, stack, also })}
    onZoom=${(from, to) => go(here(state.route, { from, to, range: null }))} />`;
}

function columns(seen, { share, stack, also }) {
  const number = ({ key, name, colour }) => ({ name, swatch: colour, say: (i) => count(seen[key][i]) });
  const rated = share && { name: share.name, swatch: "line", say: (i) => percent(seen[share.key][i]) };
  return [rated, ...also.map(number), ...stack.map(number)].filter(Boolean);
}
