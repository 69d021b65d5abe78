// Alerts: those that fire, then those of the past.
import { here } from "../app/route.js";
import { AlertRows, gravest, over } from "../parts/alert_rows.js";
import { html } from "../parts/html.js";
import { Empty, Read } from "../parts/notice.js";
import { Sign } from "../parts/sign.js";
import { Table } from "../parts/table.js";
import { Moment } from "../parts/written.js";
import { count } from "../say/number.js";

export const needs = () => ({ alerts: { path: "/api/alerts", query: { state: "all", limit: "100" } } });

export function View({ state }) {
  const { route } = state;
  const firing = route.query.get("state") === "firing";
  return html`<div class="view">
    <nav class="tabs" aria-label="Which alerts">
      <a href=${here(route, { state: null })} aria-current=${firing ? undefined : "true"}>All</a>
      <a href=${here(route, { state: "firing" })} aria-current=${firing ? "true" : undefined}>Firing</a>
    </nav>
    <${Read} of=${state.data.alerts}>${({ alerts, notices = [] }) => html`
      <section><h2>Firing</h2>${rows(gravest(alerts.filter((alert) => !over(alert))), route, "No alert is firing. Traffic is as usual, as far as can be told.")}</section>
      ${!firing && html`<section><h2>Resolved</h2>${rows(alerts.filter(over), route, "There were none so far.")}</section>`}
      ${notices.length > 0 && html`<section><h2>Notices</h2><${Notices} rows=${notices} /></section>`}`}<//>
  </div>`;
}

// Told of single failures by a rule of one's own; they have no end.
function Notices({ rows }) {
  return html`<${Table} caption="Notices" keyOf=${(row) => row.id} ...${{ rows }} columns=${[
    { key: "at", name: "At", head: true, cell: (row) => html`<${Moment} at=${row.at} />` },
    { key: "severity", name: "Severity", cell: (row) => html`<${Sign} word=${row.severity} />` },
    { key: "title", name: "What", cell: (row) => row.title },
    { key: "rule", name: "Rule", wide: true, cell: (row) => row.rule },
    { key: "failures", name: "Failures", num: true, cell: (row) => count(row.failures) },
  ]} />`;
}

function rows(alerts, route, none) {
  return alerts.length ? html`<${AlertRows} ...${{ alerts, route }} />` : html`<${Empty}>${none}<//>`;
}
