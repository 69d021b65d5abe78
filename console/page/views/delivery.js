// Delivery in every direction: over time, and by each dimension, with a way further in.
import { here } from "../app/route.js";
import { DeliveryCharts } from "../charts/delivery.js";
import { Breakdown } from "../parts/breakdown.js";
import { html } from "../parts/html.js";
import { Read } from "../parts/notice.js";
import { label } from "../say/words.js";
import { Nothing } from "./overview.js";

export const bar = "all";
const BY = ["country", "carrier", "service", "channel", "product", "account"];

export const needs = ({ route }) => ({
  delivery: { path: "/api/delivery", query: { step: "auto" }, ranged: true },
  breakdown: { path: "/api/breakdown", query: { by: byOf(route) }, ranged: true },
});

export function View({ state }) {
  const { route, data } = state;
  const by = byOf(route);
  return html`<div class="view">
    <${Read} of=${data.delivery}>${(answer) =>
      answer.total.sent
        ? html`<${DeliveryCharts} ...${{ state, answer }} heights=${[160, 44, 80]} />`
        : html`<${Nothing} state=${state} />`}<//>
    <nav class="tabs" aria-label="Divide by">${BY.map(
      (one) => html`<a href=${here(route, { by: one, sort: null })}
      aria-current=${one === by ? "true" : undefined}>${label(one)}</a>`,
    )}</nav>
    <${Read} of=${data.breakdown}>${(answer) => html`<${Breakdown} by=${answer.by} rows=${answer.rows} route=${route} />`}<//>
  </div>`;
}

function byOf(route) {
  const asked = route.query.get("by");
  return BY.includes(asked) ? asked : "country";
}
