// Filters in force as chips that can be taken away, and a way to add one.
import { cleared, filtered, filters, unfiltered } from "../app/route.js";
import { update } from "../app/store.js";
import { go } from "../app/visit.js";
import { label, named } from "../say/words.js";
import { html } from "./html.js";

export function Filters({ state }) {
  const chosen = filters(state.route);
  return html`<div class="filters" role="group" aria-label="Filters">
    ${chosen.map(
      ([dimension, value]) => html`<a class="chip" key=${dimension + value}
        href=${unfiltered(state.route, dimension, value)}
        aria-label="Remove filter ${label(dimension)} ${named(dimension, value)}">
      <span>${label(dimension)}</span> ${named(dimension, value)} <b aria-hidden="true">×</b>
    </a>`,
    )}
    ${chosen.length > 1 && html`<a class="chip plain" href=${cleared(state.route)}>Clear all</a>`}
    <button type="button" class="chip add" onClick=${() => update({ dialog: { kind: "filter" } })}>+ Filter</button>
  </div>`;
}

const PRODUCTS = ["messaging", "verify", "voice"];
const PLURALS = {
  account: "accounts",
  country: "countries",
  channel: "channels",
  service: "services",
  carrier: "carriers",
};

// What was seen in the last week, to choose from; anything else can be typed.
export function choices(dimension, seen) {
  return dimension === "product" ? PRODUCTS : (seen?.[PLURALS[dimension]] ?? []);
}

export function add(route, form) {
  const chosen = new FormData(form);
  const value = chosen.get("value").trim();
  if (value) go(filtered(route, chosen.get("dimension"), value));
}
