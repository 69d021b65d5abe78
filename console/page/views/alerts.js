// Alerts: those that fire, then those of the past.
import { here } from "../app/route.js";
import { AlertRows, over } from "../parts/alert_rows.js";
import { html } from "../parts/html.js";
import { Empty, Read } from "../parts/notice.js";

export const needs = () => ({ alerts: { path: "/api/alerts", query: { state: "all", limit: "100" } } });

export function View({ state }) {
  const { route } = state;
  const firing = route.query.get("state") === "firing";
  return html`<div class="view">
    <nav class="tabs" aria-label="Which alerts">
      <a href=${here(route, { state: null })} aria-current=${firing ? undefined : "true"}>All</a>
      <a href=${here(route, { state: "firing" })} aria-current=${firing ? "true" : undefined}>Firing</a>
    </nav>
    <${Read} of=${state.data.alerts}>${({ alerts }) => html`
      <section><h2>Firing</h2>${rows(alerts.filter((alert) => !over(alert)), route, "No alert is firing. Traffic is as usual, as far as can be told.")}</section>
      ${!firing && html`<section><h2>Resolved</h2>${rows(alerts.filter(over), route, "There were none so far.")}</section>`}`}<//>
  </div>`;
}

function rows(alerts, route, none) {
  return alerts.length ? html`<${AlertRows} ...${{ alerts, route }} />` : html`<${Empty}>${none}<//>`;
}
