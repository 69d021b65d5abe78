// Who changed what, and when.
import { html } from "../parts/html.js";
import { Empty, Read } from "../parts/notice.js";
import { Table } from "../parts/table.js";
import { Moment } from "../parts/written.js";
import { capital, said } from "../say/words.js";

export const needs = ({ session }) =>
  session?.role === "operator"
    ? { audit: { path: "/api/audit", query: { limit: "100" }, every: 10_000 } }
    : {};

const COLUMNS = [
  { key: "at", name: "At", head: true, cell: (row) => html`<${Moment} at=${row.at} />` },
  { key: "user", name: "User", cell: (row) => row.user },
  { key: "action", name: "Action", cell: (row) => capital(said(row.action)) },
  { key: "detail", name: "Detail", cell: (row) => row.detail },
];

export function View({ state }) {
  if (state.session.role !== "operator")
    return html`<div class="view"><${Empty}>Operators see who changed what. You are logged in as ${state.session.role}.<//></div>`;
  return html`<div class="view"><${Read} of=${state.data.audit}>${({ rows }) =>
    rows.length
      ? html`<${Table} caption="Audit" columns=${COLUMNS} rows=${rows} keyOf=${(row) => `${row.at}${row.action}${row.detail}`} />`
      : html`<${Empty}>Nobody changed anything yet.<//>`}<//></div>`;
}
