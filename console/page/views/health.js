// The pipeline itself: its parts, what waits where, and whether all adds up.
import { now } from "../app/loader.js";
import { html } from "../parts/html.js";
import { Empty, Read } from "../parts/notice.js";
import { Shape, Sign } from "../parts/sign.js";
import { Table } from "../parts/table.js";
import { Tile, Tiles } from "../parts/tile.js";
import { Moment } from "../parts/written.js";
import { bytes, count } from "../say/number.js";
import { span } from "../say/time.js";
import { capital, said } from "../say/words.js";

export const needs = () => ({ health: { path: "/api/health", every: 4000 } });

export function View({ state }) {
  return html`<div class="view"><${Read} of=${state.data.health}>${(answer) => html`
    ${answer.problems?.map((problem) => html`<p class="banner warn" role="status"><${Shape} as="warn" />${problem}</p>`)}
    <${Figures} ...${answer} />
    <div class="pair">
      <div class="stack">
        <section><h2>Parts</h2><${Parts} rows=${answer.parts} /></section>
        <section><h2>Ledger</h2><${Ledger} ledger=${answer.ledger} /></section>
        <section><h2>Dead letters</h2><${Dead} rows=${answer.dead_letters.last} /></section>
      </div>
      <section><h2>Consumer lag</h2><${Lag} rows=${answer.lag} /></section>
    </div>`}<//></div>`;
}

const BALANCES = {
  true: ["balanced", "good"],
  false: ["does not balance", "bad"],
  null: ["under way", "calm"],
};

function Figures({ parts, spool, dead_letters: dead, ledger, freshness_s: age }) {
  const down = parts.filter((part) => !part.ready).length;
  const [balance, tone] = ledger.rows.length ? BALANCES[String(ledger.balanced ?? null)] : ["not known", "calm"];
  return html`<${Tiles}>
    <${Tile} name="Parts ready" value=${`${parts.length - down} of ${parts.length}`} tone=${down ? "bad" : ""} />
    <${Tile} name="Newest stored event" value=${age == null ? "–" : span(age)} more="old" />
    <${Tile} name="Spool" value=${count(spool.records)} more=${spool.records ? `${bytes(spool.bytes)}, oldest ${span(spool.oldest_s)}` : "empty"} />
    <${Tile} name="Dead letters, last hour" value=${count(dead.last_hour)} more=${`${count(dead.total)} in all`} />
    <${Tile} name="Ledger" value=${html`<${Sign} as=${tone} text=${capital(balance)} />`} />
  <//>`;
}

function Parts({ rows }) {
  if (!rows.length) return html`<${Empty}>The console was told of no parts to watch.<//>`;
  return html`<${Table} caption="Parts" rows=${rows} keyOf=${(part) => part.name} columns=${[
    { key: "name", name: "Part", head: true, cell: (part) => part.name },
    {
      key: "ready",
      name: "State",
      cell: (part) =>
        html`<${Sign} word=${part.ready ? "ready" : "down"} text=${part.ready ? "Ready" : "Not ready"} />`,
    },
    { key: "detail", name: "Detail", cell: (part) => (part.detail === "ready" ? "" : part.detail) },
    {
      key: "since",
      name: "For",
      num: true,
      cell: (part) => (part.since ? span(now() - part.since) : "–"),
    },
  ]} />`;
}

function Lag({ rows }) {
  if (!rows.length) return html`<${Empty}>No consumer group was found.<//>`;
  return html`<${Table} caption="Consumer lag" rows=${rows} keyOf=${(row) => row.group + row.topic} columns=${[
    { key: "group", name: "Group", head: true, cell: (row) => row.group },
    { key: "topic", name: "Topic", cell: (row) => row.topic },
    { key: "records", name: "Records", num: true, cell: (row) => count(row.records) },
    {
      key: "seconds",
      name: "Behind",
      num: true,
      cell: (row) => (row.seconds == null ? "–" : span(row.seconds)),
    },
  ]} />`;
}

function Dead({ rows }) {
  if (!rows.length) return html`<${Empty}>None. Every record could be used.<//>`;
  return html`<${Table} caption="Dead letters" rows=${rows} keyOf=${(row) => `${row.at}${row.topic}`} columns=${[
    { key: "at", name: "At", head: true, cell: (row) => html`<${Moment} at=${row.at} />` },
    { key: "topic", name: "Topic", cell: (row) => row.topic || "webhook" },
    { key: "reason", name: "Reason", cell: (row) => said(row.reason) },
  ]} />`;
}

function Ledger({ ledger }) {
  if (!ledger.rows.length) return html`<${Empty}>Nothing was counted yet.<//>`;
  return html`<${Table} caption="Ledger" rows=${ledger.rows} keyOf=${(row) => row.what} columns=${[
    { key: "what", name: "Events", head: true, cell: (row) => capital(said(row.what)) },
    { key: "count", name: "Count", num: true, cell: (row) => count(row.count) },
  ]} />`;
}
