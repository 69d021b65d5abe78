// Calls: how they ended, and how long they lasted.
import { SimpleCharts } from "../charts/simple.js";
import { html } from "../parts/html.js";
import { Read } from "../parts/notice.js";
import { Table } from "../parts/table.js";
import { Tile, Tiles } from "../parts/tile.js";
import { count, percent, share } from "../say/number.js";
import { span } from "../say/time.js";
import { capital, said } from "../say/words.js";
import { Nothing } from "./overview.js";

export const bar = "all";
export const needs = () => ({ calls: { path: "/api/calls", ranged: true } });

// How a call ended, from good to bad; a word not known here comes last.
const COLOURS = {
  completed: "delivered",
  busy: "canceled",
  "no-answer": "undelivered",
  canceled: "neutral",
  failed: "failed",
  unknown: "unknown",
};

export function View({ state }) {
  return html`<div class="view"><${Read} of=${state.data.calls}>${(answer) =>
    sum(answer)
      ? html`<${Calls} ...${{ state, answer }} />`
      : html`<${Nothing} state=${state} what="calls were made" />`}<//></div>`;
}

function named(outcome) {
  return outcome === "unknown" ? "No outcome yet" : capital(said(outcome));
}

function sum({ totals }) {
  return Object.values(totals).reduce((all, one) => all + one, 0);
}

function Calls({ state, answer }) {
  const all = sum(answer);
  const names = [...new Set([...Object.keys(COLOURS), ...Object.keys(answer.totals)])].filter(
    (name) => answer.totals[name],
  );
  const stack = names.map((key) => ({ key, name: named(key), colour: COLOURS[key] ?? "undelivered" }));
  const rows = names.map((name) => ({ name, calls: answer.totals[name] }));
  return html`
    <${Tiles}>
      <${Tile} name="Calls" value=${count(all)} />
      <${Tile} name="Answered" value=${percent(answer.answer_rate)} />
      <${Tile} name="Median length" value=${span(answer.p50_duration_s)} more=${`95th percentile ${span(answer.p95_duration_s)}`} />
    <//>
    <${SimpleCharts} ...${{ state, stack }} answer=${{ ...answer, ...answer.outcomes }} title="Calls by outcome" counted="Calls"
      summary=${`${count(all)} calls, ${percent(answer.answer_rate)} answered.`} />
    <section><h2>Outcomes</h2><${Table} caption="Calls by outcome" rows=${rows} keyOf=${(row) => row.name}
      columns=${[
        { key: "name", name: "Outcome", head: true, cell: (row) => named(row.name) },
        { key: "calls", name: "Calls", num: true, cell: (row) => count(row.calls) },
        { key: "share", name: "Share", num: true, cell: (row) => percent(share(row.calls, all)) },
      ]} /></section>`;
}
