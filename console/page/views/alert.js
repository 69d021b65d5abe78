// One alert: what is wrong, why that is thought, what to do, who was told.
import { now } from "../app/loader.js";
import { to } from "../app/route.js";
import { underWay } from "../app/sent.js";
import { update } from "../app/store.js";
import { over } from "../parts/alert_rows.js";
import { Copy } from "../parts/copy.js";
import { html } from "../parts/html.js";
import { Empty, Read } from "../parts/notice.js";
import { Sign } from "../parts/sign.js";
import { Table } from "../parts/table.js";
import { Tile, Tiles } from "../parts/tile.js";
import { Moment } from "../parts/written.js";
import { count, interval, percent } from "../say/number.js";
import { moment, span, zoneName } from "../say/time.js";
import { briefly, capital, label, named, said } from "../say/words.js";

export const needs = ({ route }) => ({ alert: { path: `/api/alerts/${encodeURIComponent(route.id)}` } });
export const title = ({ data, route }) =>
  data.alert?.value?.id === route.id ? capital(briefly(data.alert.value.title)) : "Alert";

export function View({ state }) {
  return html`<div class="view"><p class="up"><a href=${to("/alerts", state.route)}>All alerts</a></p>
    <${Read} of=${state.data.alert}>${(alert) => html`<${Detail} ...${{ state, alert }} />`}<//></div>`;
}

function Detail({ state, alert }) {
  return html`
    <${Standing} ...${{ state, alert }} />
    <${Rates} alert=${alert} />
    <div class="pair">
      <section><h2>Why</h2><ul class="why">${alert.why.map((sentence) => html`<li>${briefly(sentence)}</li>`)}</ul>
        ${alert.suggestion && html`<h2>What to do${alert.likely ? html` <span class="muted">likely cause: ${said(alert.likely)}</span>` : ""}</h2><p>${alert.suggestion}</p>`}
        <p><a href=${slice(alert, state.route)}>See this slice over time</a></p></section>
      <section><h2>Error codes</h2>${codes(alert.codes)}</section>
    </div>
    ${alert.evidence_sql && html`<section><h2>Evidence</h2><${Copy} text=${alert.evidence_sql} /></section>`}
    <div class="pair">
      <section><h2>What happened</h2>${story(alert.transitions, "state")}</section>
      <section><h2>Who was told</h2>${story(alert.deliveries, "channel")}</section>
    </div>`;
}

function Standing({ state, alert }) {
  const waits = underWay(`ack:${alert.id}`) && !alert.acknowledged_by;
  const may = state.session.role === "operator" && !over(alert) && !alert.acknowledged_by;
  const ask = () => update({ dialog: { kind: "ack", id: alert.id, title: alert.title } });
  return html`<div class="standing">
    <${Sign} word=${over(alert) ? "resolved" : "firing"} />
    <${Sign} word=${alert.severity} />
    ${alert.silenced && html`<${Sign} word="silenced" />`}
    ${Object.entries(alert.slice).map(([dimension, value]) => html`<span class="chip still"><span>${label(dimension)}</span> ${named(dimension, value)}</span>`)}
    ${alert.acknowledged_by && html`<span>${alert.acknowledged_by} has it since ${moment(alert.acknowledged_at)}</span>`}
    ${waits && html`<span role="status">Acknowledgement sent, waiting for the pipeline</span>`}
    ${may && !waits && html`<button type="button" class="primary" onClick=${ask}>Acknowledge</button>`}
  </div>`;
}

// Silence and stopped traffic are told in what came of what was due, failures in what failed.
const MEASURES = {
  failures: ["Failing", "usually"],
  silence: ["Receipts that came", "of those due, usually"],
  stopped: ["Traffic", "of what was due, usually"],
};

function Rates({ alert }) {
  const [name, usually] = MEASURES[alert.kind] ?? ["Rate", "usually"];
  const start = alert.started_at ?? alert.detected_at;
  const end = alert.resolved_at ?? now();
  return html`<${Tiles}>
    <${Tile} name=${name} value=${percent(alert.observed)} more=${`${usually} ${percent(alert.baseline)}`} />
    <${Tile} name="95 % interval" value=${interval(alert.low, alert.high)} />
    <${Tile} name="Affected" value=${count(alert.affected)} more="beyond the usual" />
    <${Tile} name=${over(alert) ? "Lasted" : "For"} value=${span(end - start)} more=${`since ${moment(start)} ${zoneName()}`} />
    <${Tile} name="Detected after" value=${span(alert.detected_at - start)} more=${moment(alert.detected_at)} />
  <//>`;
}

// The alert's slice as filters, over the time it lasted and an hour before.
function slice(alert, route) {
  const names = { account_sid: "account", service_sid: "service" };
  const known = ["account", "product", "country", "channel", "service", "carrier"];
  const query = Object.entries(alert.slice)
    .map(([dimension, value]) => [names[dimension] ?? dimension, value])
    .filter(([dimension]) => known.includes(dimension));
  const from = Math.floor((alert.started_at ?? alert.detected_at) / 60) * 60 - 3600;
  const span_ = over(alert)
    ? { from, to: alert.resolved_at + 600 }
    : { range: now() - from > 21_000 ? "24h" : "6h" };
  return to(
    "/delivery",
    { ...route, query: new URLSearchParams() },
    { ...Object.fromEntries(query), ...span_ },
  );
}

function codes(rows) {
  if (!rows.length) return html`<${Empty}>No code stands out.<//>`;
  const columns = [
    { key: "code", name: "Code", head: true, cell: (row) => html`<span class="code">${row.code}</span>` },
    { key: "meaning", name: "Meaning", cell: (row) => row.meaning },
    { key: "count", name: "Messages", num: true, cell: (row) => count(row.count) },
  ];
  return html`<${Table} caption="Error codes of this alert" ...${{ columns, rows }} keyOf=${(row) => row.code} />`;
}

function story(entries, named_) {
  if (!entries.length) return html`<${Empty}>Nothing yet.<//>`;
  return html`<ol class="story">${entries.map(
    (entry) => html`<li>
    <${Moment} at=${entry.at} />
    ${named_ === "channel" && html`<b>${entry.channel}</b>`}
    <${Sign} word=${entry.state} />
    <span>${briefly(entry.text)}</span></li>`,
  )}</ol>`;
}
