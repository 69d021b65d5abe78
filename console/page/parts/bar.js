// What a view is about: its span of time, and the slice of traffic.
import { here } from "../app/route.js";
import { RANGES, range } from "../app/range.js";
import { update } from "../app/store.js";
import { moment, zoneName } from "../say/time.js";
import { Filters } from "./filters.js";
import { html } from "./html.js";

// `kind` is "range" where filters mean nothing, else "all".
export function Bar({ state, kind }) {
  return html`<div class="bar">
    <${Ranges} route=${state.route} />
    ${kind === "all" && html`<${Filters} state=${state} />`}
  </div>`;
}

function Ranges({ route }) {
  const chosen = range(route);
  const own = chosen.from != null;
  return html`<div class="ranges" role="group" aria-label="Span of time">
    ${RANGES.map(
      ([key, name]) => html`<a href=${here(route, { range: key, from: null, to: null })}
      aria-current=${chosen.key === key ? "true" : undefined} title=${`The last ${name}`}>${key}</a>`,
    )}
    <button type="button" class=${own ? "chosen" : ""} onClick=${() => update({ dialog: { kind: "range" } })}>
      ${own ? `${moment(chosen.from).slice(5, 16)} to ${moment(chosen.to).slice(5, 16)} ${zoneName()}` : "Custom"}
    </button>
  </div>`;
}
