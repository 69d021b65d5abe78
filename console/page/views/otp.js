// One-time passwords: how many of those started get through, and where they drop out.
import { SimpleCharts } from "../charts/simple.js";
import { html } from "../parts/html.js";
import { Empty, Read } from "../parts/notice.js";
import { Table } from "../parts/table.js";
import { Tile, Tiles } from "../parts/tile.js";
import { count, percent, share } from "../say/number.js";
import { took } from "../say/time.js";
import { label, named, said } from "../say/words.js";
import { Nothing } from "./overview.js";

export const bar = "all";
export const needs = () => ({ otp: { path: "/api/otp", ranged: true } });

export function View({ state }) {
  return html`<div class="view"><${Read} of=${state.data.otp}>${(answer) =>
    answer.funnel.started
      ? html`<${Otp} ...${{ state, answer }} />`
      : html`<${Nothing} state=${state} what="verifications were started" />`}<//></div>`;
}

function Otp({ state, answer }) {
  const { funnel, seconds_to_approve: seconds } = answer;
  const rows = answer.started.map((started, i) => rest(started, answer.approved[i]));
  return html`
    <${Tiles}>
      <${Tile} name="Approved of started" value=${percent(share(funnel.approved, funnel.started))} more=${`${count(funnel.approved)} of ${count(funnel.started)}`} />
      <${Tile} name="Time to approve" value=${took(ms(seconds.p50))} more=${`95th percentile ${took(ms(seconds.p95))}`} />
      <${Tile} name="Expired" value=${count(funnel.expired)} more=${percent(share(funnel.expired, funnel.started))} />
      <${Tile} name="Too many attempts" value=${count(funnel.max_attempts)} more=${percent(share(funnel.max_attempts, funnel.started))} />
    <//>
    <section><h2>Funnel</h2><${Funnel} funnel=${funnel} /></section>
    <section><h2>Over time</h2>
      <${SimpleCharts} ...${{ state }} answer=${{ ...answer, rest: rows }} title="Approved verifications" counted="Started"
        summary=${`${count(funnel.approved)} of ${count(funnel.started)} started verifications approved.`}
        share=${{ key: "conversion", name: "Approved of ended" }} also=${[{ key: "started", name: "Started" }]}
        stack=${[
          { key: "approved", name: "Approved", colour: "delivered" },
          { key: "rest", name: "Not approved", colour: "unknown" },
        ]} />
      <p class="note">The newest verifications are still open. Codes are typed sooner than they expire, so the right end looks better than it will be.</p></section>
    <div class="pair three">${["country", "channel", "service"].map(
      (by) => html`<section><h2>By ${label(by).toLowerCase()}</h2>
      <${Parts} by=${by} rows=${answer[`by_${by}`] ?? []} /></section>`,
    )}</div>`;
}

function rest(started, approved) {
  return started == null ? null : Math.max(0, started - (approved ?? 0));
}

function ms(seconds) {
  return seconds == null ? null : seconds * 1000;
}

const STEPS = ["started", "sent", "delivered", "approved"];
const ENDS = ["expired", "canceled", "max_attempts", "pending"];
const NAMES = { max_attempts: "Too many attempts", pending: "Still open" };

// Bars say how much is left at each step; the figures beside them are exact.
function Funnel({ funnel }) {
  const line = (kind) => (name) => html`<tr>
    <th scope="row">${NAMES[name] ?? capital(said(name))}</th>
    <td class="num">${count(funnel[name])}</td>
    <td class="num">${percent(share(funnel[name], funnel.started))}</td>
    <td class="fill"><svg class="bar-of ${kind}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect width=${100 * (share(funnel[name], funnel.started) ?? 0)} height="10" /></svg></td>
  </tr>`;
  return html`<table class="funnel"><caption class="hidden">Verifications by step</caption>
    <thead class="hidden"><tr><th scope="col">Step</th><th scope="col">Verifications</th><th scope="col">Of started</th><td></td></tr></thead>
    <tbody>${STEPS.map(line("step"))}${ENDS.map(line("end"))}</tbody></table>`;
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function Parts({ by, rows }) {
  if (!rows.length) return html`<${Empty}>Nothing here.<//>`;
  const columns = [
    {
      key: "key",
      name: label(by),
      head: true,
      cell: (row) => html`<span class="sid" title=${row.key}>${named(by, row.key, row.label)}</span>`,
    },
    { key: "started", name: "Started", num: true, cell: (row) => count(row.started) },
    { key: "approved", name: "Approved", num: true, cell: (row) => count(row.approved) },
    { key: "conversion", name: "Of ended", num: true, cell: (row) => percent(row.conversion) },
  ];
  return html`<${Table} caption=${`Verifications by ${by}`} ...${{ columns, rows }} keyOf=${(row) => row.key} />`;
}
